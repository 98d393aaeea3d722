/// <reference lib="dom" />
import { randomBytes } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import sharp from 'sharp';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { makeSamples } from '../../apps/cli/src/samples/made-samples.adapter.ts';
import { type RunningAppliance, startAppliance } from './appliance.ts';
import { keepPicture, openBrowser, watchComplaints } from './browser.ts';

// What people do with the portal every day, beyond the first walk: listen along, pause uploads, work by keys, lose the network.

const person = {
  organisationName: 'Harbour Radio',
  displayName: 'Noor Haddad',
  email: 'noor@example.org',
  password: 'a password of length',
};
const guard = { 'x-holdfast-request': '1' };

let appliance: RunningAppliance;
let browser: Browser;
let context: BrowserContext;
let page: Page;
let complaints: string[];
let folder: string;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'holdfast-everyday-'));
  await makeSamples(folder, () => {});
  const pictures = join(folder, 'media', 'Pictures');
  mkdirSync(pictures, { recursive: true });
  for (let number = 0; number < 6; number += 1)
    await sharp({
      create: { width: 640, height: number % 2 ? 480 : 900, channels: 3, background: { r: 40 * number, g: 90, b: 160 } },
    })
      .jpeg()
      .toFile(join(pictures, `plain-${number}.jpg`));
  [appliance, browser] = await Promise.all([startAppliance(), openBrowser()]);
  context = await browser.newContext({
    viewport: { width: 1600, height: 1000 },
    permissions: ['clipboard-read', 'clipboard-write'],
  });
  context.setDefaultTimeout(20_000);
  page = await context.newPage();
  complaints = watchComplaints(page);
  const token = new URLSearchParams(new URL(appliance.setupLink).hash.slice(1)).get('token');
  await page.request.post(`${appliance.address}/api/v1/setup`, { headers: guard, data: { token, ...person } });
  expect((await appliance.holdfast(['media', 'import', join(folder, 'media')])).code).toBe(0);
  await vi.waitFor(async () => expect(await processing()).toBe(0), { timeout: 150_000, interval: 1000 });
}, 300_000);

afterAll(async () => {
  await browser?.close();
  await appliance?.stop();
  if (folder) rmSync(folder, { recursive: true, force: true });
}, 60_000);

async function processing(): Promise<number> {
  const answer = await page.request.get(`${appliance.address}/api/v1/system`);
  return ((await answer.json()) as { assets: { processing: number } }).assets.processing;
}

async function idOf(name: string): Promise<string> {
  const answer = await page.request.get(`${appliance.address}/api/v1/assets?limit=200`);
  const { items } = (await answer.json()) as { items: { id: string; name: string }[] };
  return items.find((item) => item.name === name)?.id ?? `no asset is called ${name}`;
}

const open = (path: string) => page.goto(appliance.address + path);
const position = () => page.getByRole('slider', { name: 'Position' });
const seconds = async () => Number(await position().getAttribute('aria-valuenow'));

test('a recording is listened along: its words lead to the moment, and the moment marks its words', async () => {
  await open(`/assets/${await idOf('announcement.wav')}`);
  const line = page.getByRole('list', { name: 'Transcript' }).getByRole('button').first();
  await line.click();
  await expect.poll(() => line.getAttribute('aria-current')).toBe('true');
  await page.getByRole('button', { name: 'Pause' }).click();
  await position().focus();
  await page.keyboard.press('Home');
  await page.keyboard.press('ArrowRight');
  await expect.poll(seconds).toBeGreaterThan(0);
  await keepPicture(page, 'player');
});

test('a link with a moment opens there', async () => {
  await open(`/assets/${await idOf('announcement.wav')}?t=1.5`);
  await expect.poll(seconds).toBeGreaterThanOrEqual(1);
});

test('the palette leads to every page and changes the theme, by keys alone', async () => {
  await open('/');
  await page.getByRole('gridcell').first().waitFor();
  await page.keyboard.press('Control+k');
  await page.getByRole('combobox', { name: /Go to a page/ }).waitFor();
  await page.keyboard.type('dark');
  await page.keyboard.press('Enter');
  expect(await page.evaluate(() => document.documentElement.dataset.theme)).toBe('dark');
  await page.keyboard.press('Control+k');
  await page.keyboard.type('coll');
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { name: 'Collections', level: 1 }).waitFor();
  await page.keyboard.press('g');
  await page.keyboard.press('j');
  await page.getByRole('heading', { name: 'Jobs', level: 1 }).waitFor();
  await page.evaluate(() => localStorage.clear());
});

test('filters are in the address, and survive it', async () => {
  await open('/?kind=audio');
  await expect.poll(() => page.getByRole('gridcell').count()).toBe(1);
  await page.getByRole('button', { name: 'Audio', pressed: true }).click();
  await expect.poll(() => page.getByRole('gridcell').count()).toBeGreaterThan(3);
  expect(new URL(page.url()).search).toBe('');
  await page.getByRole('button', { name: 'Videos' }).click();
  await page.waitForURL(/kind=video/);
  await page.reload();
  await expect.poll(() => page.getByRole('button', { name: 'Videos' }).getAttribute('aria-pressed')).toBe('true');
});

test('an upload is paused, goes on through other pages, and is stored', async () => {
  const film = join(folder, 'raw-film.bin');
  writeFileSync(film, randomBytes(24_000_000));
  await open('/');
  const session = await context.newCDPSession(page);
  await session.send('Network.enable');
  await session.send('Network.emulateNetworkConditions', {
    offline: false,
    latency: 5,
    downloadThroughput: -1,
    uploadThroughput: 2_000_000,
  });
  await page.getByRole('button', { name: 'Upload', exact: true }).click();
  await page.getByLabel('Files to upload').first().setInputFiles(film);
  const panel = page.getByRole('region', { name: 'Uploads' });
  await panel
    .getByText(/Sending/)
    .first()
    .waitFor();
  expect(await panel.getByText('Keep this page open').count()).toBe(1);
  await panel.getByRole('button', { name: 'Pause raw-film.bin' }).click();
  await panel.getByText(/Paused/).waitFor();
  await page.getByRole('navigation', { name: 'Main' }).getByRole('link', { name: 'Tags' }).click();
  await page.getByRole('heading', { name: 'Tags', level: 1 }).waitFor();
  await session.send('Network.emulateNetworkConditions', {
    offline: false,
    latency: 0,
    downloadThroughput: -1,
    uploadThroughput: -1,
  });
  await panel.getByRole('button', { name: 'Resume raw-film.bin' }).click();
  await panel.getByText(/Safe to close/).waitFor({ timeout: 60_000 });
  await panel.getByRole('button', { name: /Close the panel/ }).click();
});

test('what one tags and puts into the trash can be taken back', async () => {
  await open(`/assets/${await idOf('plain-1.jpg')}?tab=tags`);
  await page.getByLabel('Add a tag').fill('Harbour');
  await page.keyboard.press('Enter');
  await page.getByRole('link', { name: 'Harbour', exact: true }).waitFor();
  await page.getByRole('button', { name: 'Remove Harbour' }).click();
  await expect.poll(() => page.getByRole('link', { name: 'Harbour', exact: true }).count()).toBe(0);
  await page.getByRole('button', { name: 'More', exact: true }).click();
  await page.getByRole('menuitem', { name: /Move to the trash/ }).click();
  await page.getByRole('region', { name: 'Messages' }).getByRole('button', { name: 'Undo' }).click();
  await page.getByText('1 asset restored').waitFor();
});

test('without network the portal still opens, says so, and comes back by itself', async () => {
  await open('/');
  await page.getByRole('gridcell').first().waitFor();
  await page.evaluate(() => navigator.serviceWorker.ready.then(() => undefined));
  await page.reload();
  await page.getByRole('gridcell').first().waitFor();
  await context.setOffline(true);
  await page.getByText(/You are offline\. What is loaded/).waitFor();
  await page.reload();
  await page.getByText('You are offline, or the appliance is').waitFor();
  await context.setOffline(false);
  await page.getByRole('gridcell').first().waitFor();
  expect(await page.evaluate(async () => (await caches.keys()).length)).toBe(1);
  const kept = await page.evaluate(async () =>
    (await (await caches.open((await caches.keys())[0] ?? '')).keys()).map((request) => request.url),
  );
  expect(kept.filter((url) => url.includes('/api/'))).toEqual([]);
});

test('a session that has ended leads to sign-in, and back to where one was', async () => {
  await open('/search?q=announcement');
  await page.getByRole('article').first().waitFor();
  await page.request.delete(`${appliance.address}/api/v1/session`, { headers: guard });
  // The socket is closed within seconds, and the page follows.
  await page.getByLabel('E-mail').fill(person.email);
  await page.getByLabel('Password', { exact: true }).fill('not this one, surely');
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.getByRole('alert').first().waitFor();
  await page.getByLabel('Password', { exact: true }).fill(person.password);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.getByRole('article').first().waitFor();
  expect(new URL(page.url()).searchParams.get('q')).toBe('announcement');
  await page.getByRole('button', { name: /^Person/ }).click();
  await page.getByRole('menuitem', { name: 'Sign out' }).click();
  await page.getByRole('heading', { name: 'Sign in' }).waitFor();
  expect((await page.request.get(`${appliance.address}/api/v1/session`)).status()).toBe(401);
});

test('the portal complained about nothing but the network that was taken away', () => {
  expect(
    complaints.filter((complaint) => !/ERR_INTERNET_DISCONNECTED|WebSocket|did not reach the appliance/.test(complaint)),
  ).toEqual([]);
});
