/// <reference lib="dom" />
import { randomUUID } from 'node:crypto';
import type { BrowserContext, Page } from 'playwright-core';
import { beforeEach, expect, test } from 'vitest';
import { accessibilityBreaches, keepPicture, sizes } from './browser.ts';
import { eachOnMock, mockWith, type PortalOnMock } from './portal-on-mock.ts';

// The graphics card of a made-up box, shared out by ceilings: tried, applied and kept.

let portal: PortalOnMock;
let context: BrowserContext;
let page: Page;
let complaints: string[];

eachOnMock((opened) => {
  ({ portal, context, page, complaints } = opened);
});

beforeEach(() => mockWith(context, portal.address, { 'mock-box': randomUUID() }));

const section = (name: string | RegExp) => page.getByRole('region', { name });
const field = (name: string) => page.getByRole('textbox', { name, exact: true });
const outcome = () => section('What would change');
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

test('with the keyboard alone a share is tried, read with its reasons and what must start anew, applied and kept', async () => {
  await page.goto(`${portal.address}/box/gpu`);
  await field('Ceiling, % of ml').focus();
  await page.keyboard.press('ArrowDown');
  await page.waitForURL(/try=ml\.gpuPercent:75/);
  await outcome().getByRole('listitem').filter({ hasText: 'ml ceiling of the card' }).filter({ hasText: '75 %' }).waitFor();
  await outcome().getByText('Card 0: 75 % at most.').waitFor();
  await outcome().getByText('holdfast-worker@inference.service').waitFor();
  expect(await accessibilityBreaches(page)).toEqual([]);
  await section('Shares').getByRole('button', { name: 'Apply…' }).press('Enter');
  await page.getByRole('dialog').getByRole('button', { name: 'Apply' }).press('Enter');
  await section('A change of GPU waits').getByRole('button', { name: 'Keep' }).press('Enter');
  await section('Messages').getByText('GPU: kept').waitFor();
  await expect.poll(() => field('Ceiling, % of ml').inputValue()).toBe('75');
  await outcome().waitFor({ state: 'detached' });
  await section('Last change').getByRole('link', { name: 'All changes' }).click();
  await section('Changes of GPU').getByRole('row').filter({ hasText: 'ml ceiling of the card 80 % → 75 %' }).waitFor();
  expect(complaints).toEqual([]);
});

test('shares that do not fit say what is short and offer what fits; who was not restarted is led to Services', async () => {
  await mockWith(context, portal.address, { 'mock-control': 'drift' });
  await page.goto(`${portal.address}/box/gpu`);
  await field('Memory, MiB of ml').fill('22000');
  await outcome()
    .getByRole('alert')
    .getByText(/add up to 26096 MB/)
    .waitFor();
  await section('Shares').getByRole('button', { name: 'Apply…' }).focus();
  await page.getByRole('tooltip').getByText('These budgets have no plan.').waitFor();
  await outcome().getByRole('button', { name: 'Use what fits' }).click();
  await outcome().waitFor({ state: 'detached' });
  await section(/^Drift: 1 departure/)
    .getByText('Not restarted')
    .waitFor();
  await page.getByRole('link', { name: 'Restart it under Services' }).click();
  await page.waitForURL(/box\/services/);
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
    await page.goto(`${portal.address}/box/gpu?try=ml.gpuPercent:60`);
    await card().waitFor();
    await outcome().getByRole('listitem').first().waitFor();
    if (name !== 'laptop') for (const breach of await accessibilityBreaches(page)) breaches.push(`${name}: ${breach}`);
    const overflow = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
    if (overflow > 0) breaches.push(`${name}: ${overflow} px too wide`);
    await keepPicture(page, `gpu-${name}-${colorScheme}`);
  }
  expect(breaches).toEqual([]);
});
