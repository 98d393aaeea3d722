/// <reference lib="dom" />
import { globSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { makeSamples, writeSampleDocuments } from '../../apps/cli/src/samples/made-samples.adapter.ts';
import { type RunningAppliance, startAppliance } from './appliance.ts';
import { accessibilityBreaches, keepPicture, openBrowser, sizes, watchComplaints } from './browser.ts';

const email = 'ada@example.org';
const password = 'a password of length';
const viewer = { email: 'vi@example.org', password: 'another long password' };

let appliance: RunningAppliance;
let browser: Browser;
let context: BrowserContext;
let page: Page;
let complaints: string[];
let samples: string;
let files: string[];

beforeAll(async () => {
  samples = mkdtempSync(join(tmpdir(), 'holdfast-samples-'));
  await makeSamples(samples, () => {});
  writeSampleDocuments(join(samples, 'media'));
  files = globSync('media/**/*.*', { cwd: samples }).map((file) => join(samples, file));
  [appliance, browser] = await Promise.all([startAppliance(), openBrowser()]);
  context = await browser.newContext({ viewport: { width: 1600, height: 1000 } });
  context.setDefaultTimeout(10_000);
  page = await context.newPage();
  complaints = watchComplaints(page);
}, 180_000);

afterAll(async () => {
  await browser?.close();
  await appliance?.stop();
  if (samples) rmSync(samples, { recursive: true, force: true });
}, 60_000);

async function signIn(on: Page, as: { email: string; password: string }): Promise<void> {
  await on.goto(`${appliance.address}/sign-in`);
  await on.getByLabel('E-mail').fill(as.email);
  await on.getByLabel('Password', { exact: true }).fill(as.password);
  await on.getByRole('button', { name: 'Sign in' }).click();
  await on.getByRole('navigation', { name: 'Main' }).waitFor();
}

/** The assets in the grid; the headings of months are cells too, but lead nowhere. */
const tiles = () => page.getByRole('gridcell').filter({ has: page.getByRole('link') });

async function search(words: string): Promise<void> {
  await page.goto(`${appliance.address}/`);
  await tiles().first().waitFor();
  await page.keyboard.press('/');
  await page.keyboard.type(words);
  await page.keyboard.press('Enter');
  await page.getByRole('region', { name: 'Results' }).waitFor();
}

test('the link from the console makes the first administrator, who lands in an empty library', async () => {
  await page.goto(appliance.setupLink);
  await page.getByLabel('Organisation').fill('Harbour Museum');
  await page.getByLabel('Your name').fill('Ada Brandt');
  await page.getByLabel('Your e-mail').fill(email);
  await page.getByLabel('Password', { exact: true }).fill(password);
  await keepPicture(page, 'setup');
  await page.getByRole('button', { name: 'Set up the appliance' }).click();
  await page.getByText('The library is empty').waitFor();
  await keepPicture(page, 'library-empty');
});

test('chosen files are hashed, sent, stored and understood, and the panel says when it is safe to close', async () => {
  await page.getByLabel('Files to upload').first().setInputFiles(files);
  const panel = page.getByRole('region', { name: 'Uploads' });
  await panel.waitFor();
  await expect.poll(() => panel.getByRole('status').textContent(), { timeout: 60_000 }).toMatch(/safe to close|close/i);
  await expect.poll(() => tiles().count(), { timeout: 60_000 }).toBe(files.length);
  await keepPicture(page, 'uploads');
});

test('files that are known already are not sent again', async () => {
  const sent: string[] = [];
  page.on('request', (request) => {
    if (request.method() === 'PATCH' && request.url().includes('/uploads/')) sent.push(request.url());
  });
  await page.getByLabel('Files to upload').first().setInputFiles(files.slice(0, 2));
  await expect.poll(() => page.getByText('Known already, nothing sent').count(), { timeout: 30_000 }).toBe(2);
  expect(sent).toEqual([]);
});

test('minutes later everything is analysed', async () => {
  await expect
    .poll(
      async () => {
        const answer = await page.request.get(`${appliance.address}/api/v1/system`);
        return ((await answer.json()) as { assets: { processing: number } }).assets.processing;
      },
      { timeout: 150_000, interval: 1000 },
    )
    .toBe(0);
}, 180_000);

test('a word that a picture shows is found, with the reason', async () => {
  await search('telescope');
  const hit = page.getByRole('article', { name: 'notice.png' });
  await hit.waitFor();
  expect(await hit.textContent()).toMatch(/text in picture/);
  await keepPicture(page, 'search');
});

test('a word on a page of a document is found', async () => {
  await search('ferry');
  expect(await page.getByRole('article', { name: 'inventory.pdf' }).textContent()).toMatch(/page 1/);
});

test('a name that is not written quite right is found all the same', async () => {
  await search('announcment');
  await page.getByRole('article', { name: 'announcement.wav' }).waitFor();
});

test('what looks alike is found from an asset', async () => {
  await search('sunset dunes');
  await page.getByRole('article', { name: 'sunset over the dunes.jpg' }).getByRole('link').first().click();
  await page.getByRole('tab', { name: 'Similar' }).click();
  const alike = page.getByRole('tabpanel').getByRole('link');
  await alike.first().waitFor();
  expect(await alike.first().getAttribute('aria-label')).toContain('sunset over the sea');
  expect(await page.getByRole('tabpanel').getByRole('listitem').allTextContents()).toEqual([
    expect.stringMatching(/similar colours/),
  ]);
  await keepPicture(page, 'asset-similar');
});

test('a picture that nothing looks like says so, in the portal and on the console', async () => {
  await search('meadow noon');
  await page.getByRole('article', { name: 'meadow at noon.jpg' }).getByRole('link').first().click();
  await page.getByRole('tab', { name: 'Similar' }).click();
  await page.getByText('Nothing looks like this yet').waitFor();
  await keepPicture(page, 'asset-similar-none');
  const id = new URL(page.url()).pathname.split('/').at(-1) ?? '';
  const { stdout } = await appliance.holdfast(['search', '--similar-to', id]);
  expect(stdout).toMatch(/^Nothing looks like this yet, searched in \d+ ms$/m);
});

test('an asset tells why it is like it is, step by step', async () => {
  await page.getByRole('tab', { name: 'History' }).click();
  const history = page.getByRole('tabpanel');
  await expect.poll(() => history.textContent()).toMatch(/Thumbnail and preview made/);
  await keepPicture(page, 'asset-history');
});

test('the library works by keyboard alone: open, back, select a range', async () => {
  await page.goto(`${appliance.address}/`);
  const first = tiles().first().getByRole('link');
  await first.waitFor();
  await first.focus();
  await page.keyboard.press('ArrowRight');
  await page.keyboard.press('Enter');
  await page.waitForURL(/\/assets\//);
  await page.goBack();
  await tiles().first().getByRole('link').focus();
  await page.keyboard.press('x');
  await page.keyboard.press('Shift+ArrowRight');
  await expect.poll(() => page.getByRole('toolbar', { name: 'Selected assets' }).textContent()).toMatch(/2/);
  await page.keyboard.press('Escape');
});

test('a viewer sees no page of administrators, and the server refuses them too', async () => {
  const added = await page.request.post(`${appliance.address}/api/v1/accounts`, {
    headers: { 'x-holdfast-request': '1' },
    data: { ...viewer, displayName: 'Vi', role: 'viewer' },
  });
  expect(added.status()).toBe(201);
  const other = await browser.newContext({ viewport: { width: 1600, height: 1000 } });
  const theirs = await other.newPage();
  await signIn(theirs, viewer);
  const rail = theirs.getByRole('navigation', { name: 'Main' });
  expect(await rail.getByRole('link', { name: 'Library', exact: true }).count()).toBe(1);
  for (const name of ['Jobs', 'System', 'People', 'Audit'])
    expect(await rail.getByRole('link', { name }).count(), name).toBe(0);
  expect((await theirs.request.get(`${appliance.address}/api/v1/queues`)).status()).toBe(403);
  await theirs.goto(`${appliance.address}/people`);
  await theirs
    .getByText(/administrator/i)
    .first()
    .waitFor();
  await other.close();
});

const pages = [
  '/',
  '/search?q=rocket',
  '/collections',
  '/tags',
  '/jobs',
  '/box',
  '/storage',
  '/system',
  '/people',
  '/retention',
  '/audit',
];

for (const scheme of ['light', 'dark'] as const)
  for (const size of sizes)
    test(`every page is accessible and fits: ${size.name}, ${scheme}`, async () => {
      const cookies = await context.cookies();
      const sized = await browser.newContext({
        viewport: { width: size.width, height: size.height },
        colorScheme: scheme,
        reducedMotion: 'reduce',
      });
      await sized.addCookies(cookies);
      sized.setDefaultTimeout(10_000);
      const tab = await sized.newPage();
      const said = watchComplaints(tab);
      const asset = (await (await tab.request.get(`${appliance.address}/api/v1/assets?kind=image&limit=1`)).json()) as {
        items: { id: string }[];
      };
      const breaches: string[] = [];
      for (const path of [...pages, `/assets/${asset.items[0]?.id}`]) {
        await tab.goto(appliance.address + path);
        await tab.waitForLoadState('networkidle');
        await tab.getByRole('main').first().waitFor();
        for (const breach of await accessibilityBreaches(tab)) breaches.push(`${path} ${breach}`);
        const overflow = await tab.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
        if (overflow > 0) breaches.push(`${path} is ${overflow} px wider than the window`);
        const name = path.startsWith('/assets/') ? 'asset' : path === '/' ? 'library' : path.slice(1).split('?')[0];
        await keepPicture(tab, `${size.name}-${scheme}-${name}`);
      }
      await sized.close();
      expect(breaches).toEqual([]);
      expect(said).toEqual([]);
    }, 120_000);

test('none of these pages complained', () => {
  expect(complaints).toEqual([]);
});
