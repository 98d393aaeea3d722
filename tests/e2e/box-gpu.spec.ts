/// <reference lib="dom" />
import type { BrowserContext, Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { accessibilityBreaches, keepPicture, sizes } from './browser.ts';
import { eachOnMock, mockWith, type PortalOnMock } from './portal-on-mock.ts';

// The graphics card of a made-up box, shared out by ceilings.

let portal: PortalOnMock;
let context: BrowserContext;
let page: Page;
let complaints: string[];

eachOnMock((opened) => {
  ({ portal, context, page, complaints } = opened);
});

const section = (name: string | RegExp) => page.getByRole('region', { name });
const card = () => section(/^Card 0: NVIDIA GeForce RTX 4090/);

test('a card says who may take how much, that ceilings keep nothing free, and how many films are encoded', async () => {
  await page.goto(`${portal.address}/box`);
  await page.getByRole('navigation', { name: 'Box' }).getByRole('link', { name: 'GPU' }).click();
  const memory = card().getByRole('list', { name: 'Who may take how much of its memory' }).getByRole('listitem');
  await memory.filter({ hasText: 'ml at most 17.6 GiB' }).waitFor();
  await memory.filter({ hasText: 'given to nobody 1 GiB' }).waitFor();
  await card().getByText('at most 80 %, of 4 processes together').waitFor();
  await card()
    .getByText(/Together they come to 120 %, more than there is, as the manifest allows/)
    .waitFor();
  await card().getByText('video at most 6, of 8 that the driver allows; 2 films now.').waitFor();
  await page.getByText(/share its faults/).waitFor();
  await page.getByRole('row', { name: 'ml CUDA_MPS_ACTIVE_THREAD_PERCENTAGE 80' }).waitFor();
  expect(complaints).toEqual([]);
});

test.each([
  ['none', 'There is no nvidia-smi, the program that comes with the driver.'],
  ['bare', 'Nobody has a share of this card'],
  ['missing', 'The manifest declares shares of a card that is not there.'],
  ['short', 'The declared shares have no plan.'],
])('with a card that is %s the page says so', async (mood, words) => {
  await mockWith(context, portal.address, { 'mock-gpu': mood });
  await page.goto(`${portal.address}/box/gpu`);
  await page.getByText(words).first().waitFor();
  expect(await accessibilityBreaches(page)).toEqual([]);
  await keepPicture(page, `gpu-${mood}`);
});

test.each(['light', 'dark'] as const)('in the %s theme the page is accessible and within every window', async (colorScheme) => {
  const breaches: string[] = [];
  await page.emulateMedia({ colorScheme });
  for (const { name, width, height } of sizes) {
    await page.setViewportSize({ width, height });
    await page.goto(`${portal.address}/box/gpu`);
    await card().waitFor();
    if (name !== 'laptop') for (const breach of await accessibilityBreaches(page)) breaches.push(`${name}: ${breach}`);
    const overflow = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
    if (overflow > 0) breaches.push(`${name}: ${overflow} px too wide`);
    await keepPicture(page, `gpu-${name}-${colorScheme}`);
  }
  expect(breaches).toEqual([]);
});
