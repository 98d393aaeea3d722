import { existsSync } from 'node:fs';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { type RunningAppliance, startAppliance } from './appliance.ts';
import { keepPicture, openBrowser, watchComplaints } from './browser.ts';

// A person reading aloud goes in; a word that she says is found, and leads to the moment.

/** LibriVox: "… had then leisure to consider how much there might be prudently in his power to do for them", 7 seconds. */
const clip = '/usr/share/pocketsphinx/test/data/librivox/sense_and_sensibility_01_austen_64kb-0870.wav';
const name = 'sense_and_sensibility_01_austen_64kb-0870.wav';
const hasClip = existsSync(clip);

let appliance: RunningAppliance | undefined;
let browser: Browser | undefined;
let page: Page;
let complaints: string[];

beforeAll(async () => {
  if (!hasClip) return;
  [appliance, browser] = await Promise.all([startAppliance(), openBrowser()]);
  const context = await browser.newContext({ viewport: { width: 1600, height: 1000 } });
  context.setDefaultTimeout(20_000);
  page = await context.newPage();
  complaints = watchComplaints(page);
  const token = new URLSearchParams(new URL(appliance.setupLink).hash.slice(1)).get('token');
  await page.request.post(`${appliance.address}/api/v1/setup`, {
    headers: { 'x-holdfast-request': '1' },
    data: {
      token,
      organisationName: 'Harbour Radio',
      displayName: 'Noor Haddad',
      email: 'noor@example.org',
      password: 'a password of length',
    },
  });
}, 180_000);

afterAll(async () => {
  await browser?.close();
  await appliance?.stop();
}, 60_000);

beforeEach((context) => {
  context.skip(!hasClip, `the Debian package pocketsphinx-testdata, which has ${clip}, is not installed`);
});

test('a recording of a person reading is uploaded and listened to', async () => {
  await page.goto(`${appliance?.address}/`);
  await page.getByLabel('Files to upload').first().setInputFiles(clip);
  await expect
    .poll(
      async () => {
        const answer = await page.request.get(`${appliance?.address}/api/v1/system`);
        return ((await answer.json()) as { assets: { total: number; processing: number } }).assets;
      },
      { timeout: 150_000, interval: 1000 },
    )
    .toMatchObject({ total: 1, processing: 0 });
}, 180_000);

test('a word that is said is found, with the moment at which it is said', async () => {
  await page.goto(`${appliance?.address}/search?q=consider`);
  const hit = page.getByRole('article', { name });
  await hit.waitFor();
  expect(await hit.textContent()).toMatch(/how much there might be.*spoken at 00:0[23]/);
  await keepPicture(page, 'search-spoken');
});

test('the hit opens the player at that moment', async () => {
  await page
    .getByRole('link', { name: /^Play .* from/ })
    .first()
    .click();
  await page.waitForURL(/[?&]t=[23](\.\d+)?(&|$)/);
  const position = page.getByRole('slider', { name: 'Position' });
  await expect.poll(async () => Number(await position.getAttribute('aria-valuenow'))).toBeGreaterThanOrEqual(2);
  expect(Number(await position.getAttribute('aria-valuenow'))).toBeLessThan(5);
  await keepPicture(page, 'player-spoken');
});

test('a word that nobody says is not found', async () => {
  await page.goto(`${appliance?.address}/search?q=submarine`);
  await page.getByText('Nothing says or shows').waitFor();
});

test('none of these pages complained', () => {
  expect(complaints).toEqual([]);
});
