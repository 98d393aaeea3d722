/// <reference lib="dom" />
import { randomUUID } from 'node:crypto';
import type { BrowserContext, Page } from 'playwright-core';
import { beforeEach, expect, test } from 'vitest';
import { accessibilityBreaches, keepPicture, sizes } from './browser.ts';
import { eachOnMock, mockWith, type PortalOnMock } from './portal-on-mock.ts';

// The memory of a made-up box of 125 GiB: limits tried, applied and kept.

let portal: PortalOnMock;
let context: BrowserContext;
let page: Page;
let complaints: string[];

eachOnMock((opened) => {
  ({ portal, context, page, complaints } = opened);
});

beforeEach(() => mockWith(context, portal.address, { 'mock-box': randomUUID() }));

const section = (name: string | RegExp) => page.getByRole('region', { name });
const button = (name: string | RegExp) => page.getByRole('button', { name });
const limit = (name: string) => page.getByRole('textbox', { name, exact: true });
const outcome = () => section('What would change');

async function openMemory(address = '/box/memory'): Promise<void> {
  await page.goto(portal.address + address);
  await section('Limits').waitFor();
}

test('who takes how much is drawn and said, and each figure that programs are told says how it follows', async () => {
  await openMemory();
  const use = page.getByRole('list', { name: 'Who takes how much now' }).getByRole('listitem');
  await use.filter({ hasText: /^postgresql 1\d\.\d GiB$/ }).waitFor();
  await use.filter({ hasText: /^can be had/ }).waitFor();
  await section('Limits').getByText('slowed 212 times').waitFor();
  await page.getByRole('row', { name: /^PostgreSQL shared_buffers 5\s632 MB A quarter of the/ }).waitFor();
  expect(complaints).toEqual([]);
});

test('with the keyboard alone a limit is tried, read, applied and kept', async () => {
  await openMemory();
  await limit('Slowed above, MiB of video').focus();
  await page.keyboard.press('ArrowUp');
  await page.waitForURL(/try=video\.memoryHighMb:28928/);
  await outcome().getByRole('listitem').filter({ hasText: 'video memory before it is slowed' }).waitFor();
  await outcome().getByText('28\u202f928 MB', { exact: true }).waitFor();
  expect(await accessibilityBreaches(page)).toEqual([]);
  await section('Limits').getByRole('button', { name: 'Apply…' }).focus();
  await page.keyboard.press('Enter');
  await page.getByRole('dialog').getByRole('button', { name: 'Apply' }).press('Enter');
  await section('A change of Memory waits').getByRole('button', { name: 'Keep' }).press('Enter');
  await section('Messages').getByText('Memory: kept').waitFor();
  await expect.poll(() => limit('Slowed above, MiB of video').inputValue()).toBe('28928');
  await outcome().waitFor({ state: 'detached' });
  expect(complaints).toEqual([]);
});

test('guarantees that do not fit say what is short and offer what fits', async () => {
  await openMemory();
  await limit('Guaranteed, MiB of video').fill('90000');
  await outcome()
    .getByRole('alert')
    .getByText(/119808 MB can be guaranteed/)
    .waitFor();
  await page.getByText(/too much: 8 GiB stay free/).waitFor();
  await section('Limits').getByRole('button', { name: 'Apply…' }).focus();
  await page.getByRole('tooltip').getByText('These budgets have no plan.').waitFor();
  await keepPicture(page, 'memory-short');
  await button('Use what fits').click();
  await outcome().waitFor({ state: 'detached' });
});

test('without slices the limits stay and it says what is not known; without workloads only the machine is shown', async () => {
  await mockWith(context, portal.address, { 'mock-memory': 'blind' });
  await openMemory();
  await page.getByText(/What single workloads take is not known: Slices exist only/).waitFor();
  await section('Limits').getByText('use not known').first().waitFor();
  await mockWith(context, portal.address, { 'mock-memory': 'none' });
  await page.reload();
  await section('In use').waitFor();
  expect(await section('Limits').count()).toBe(0);
  expect(await accessibilityBreaches(page)).toEqual([]);
});

test.each(['light', 'dark'] as const)('in the %s theme the page is accessible and within every window', async (colorScheme) => {
  const breaches: string[] = [];
  await page.emulateMedia({ colorScheme });
  for (const { name, width, height } of sizes) {
    await page.setViewportSize({ width, height });
    await openMemory('/box/memory?try=video.memoryHighMb:30720');
    await outcome().getByRole('listitem').filter({ hasText: 'video memory before it is slowed' }).waitFor();
    if (name !== 'laptop') for (const breach of await accessibilityBreaches(page)) breaches.push(`${name}: ${breach}`);
    const overflow = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
    if (overflow > 0) breaches.push(`${name}: ${overflow} px too wide`);
    await keepPicture(page, `memory-${name}-${colorScheme}`);
  }
  expect(breaches).toEqual([]);
});
