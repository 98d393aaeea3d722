/// <reference lib="dom" />
import type { BrowserContext, Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { accessibilityBreaches, keepPicture, sizes } from './browser.ts';
import { eachOnMock, mockWith, type PortalOnMock } from './portal-on-mock.ts';

// The Box page against a made-up 7950X with the reference plan, whose load changes each second.

let portal: PortalOnMock;
let context: BrowserContext;
let page: Page;
let complaints: string[];

eachOnMock((opened) => {
  ({ portal, context, page, complaints } = opened);
});

const section = (name: string | RegExp) => page.getByRole('region', { name });
const button = (name: string | RegExp) => page.getByRole('button', { name });
const threadsOf = (id: string) => page.getByRole('textbox', { name: `Threads of ${id}`, exact: true });
const outcome = () => section('What would change');

async function openBox(address = '/box'): Promise<void> {
  await page.goto(portal.address + address);
  await section(/^The package/).waitFor();
}

test('the package is drawn as the machine has it: two caches, sixteen cores, who has each and how busy it is', async () => {
  await openBox();
  const items = section('The package').getByRole('listitem');
  await items.filter({ hasText: 'L3 domain of CPU 0' }).first().getByText('32 MiB').waitFor();
  const redis = items.filter({ hasText: /^redis/ });
  expect(await redis.count()).toBe(1);
  expect(await redis.textContent()).toMatch(/^redisCPU 5\d+ %CPU 21\d+ %$/);
  expect(await items.filter({ hasText: /^video/ }).count()).toBe(3);
  await page.getByText('Optimal').waitFor();
  await section('Why').getByText('Shares no L3 domain with api, postgresql, redis, sensitive to latency.').waitFor();
  expect(complaints).toEqual([]);
});

test('the load follows the machine once a second', async () => {
  await openBox();
  const video = section('The package')
    .getByRole('listitem')
    .filter({ hasText: /^video/ })
    .first();
  const first = await video.textContent();
  await expect.poll(() => video.textContent(), { timeout: 5000 }).not.toBe(first);
});

test('what the measured load suggests is told with its evidence, and can be tried', async () => {
  await openBox();
  const proposal = section('From the measured load');
  await proposal.getByText('video 6 → 8 threads').waitFor();
  await proposal
    .getByText('In the last week, which this was not made from: video tight for 40 min instead of 1 d 4 h.')
    .waitFor();
  await proposal.getByText('What was measured').click();
  await proposal.getByRole('row', { name: /^video 3\.0 6\.6 6\.8 16\.7 % 8 Mon 20:00/ }).waitFor();
  await proposal.getByRole('button', { name: 'Try these budgets' }).click();
  await outcome().getByRole('list', { name: 'Who gets other CPUs' }).waitFor();
  expect(await threadsOf('video').inputValue()).toBe('8');
  expect(complaints).toEqual([]);
});

test('before a week is measured nothing is proposed, and it says what is missing', async () => {
  await mockWith(context, portal.address, { 'mock-proposal': 'none' });
  await openBox();
  await section('From the measured load').getByText('2.3 days are measured').waitFor();
});

test('beside each budget stands what its slice does now', async () => {
  await openBox();
  const video = section('Budgets')
    .getByRole('listitem')
    .filter({ hasText: /^video/ });
  await video.getByText(/^\d\.\d CPUs busy, waits \d+ % CPU/).waitFor();
});

test('without a host agent nothing can be put in force, and it says why', async () => {
  await mockWith(context, portal.address, { 'mock-control': 'none' });
  await openBox();
  await page.getByText(/^Host control unavailable: no host agent runs on this machine/).waitFor();
  await button('Apply…').focus();
  await page
    .getByRole('tooltip')
    .getByText(/^Host control unavailable: no host agent/)
    .waitFor();
  await button('Reset').focus();
  await page.getByRole('tooltip').getByText('These are the declared budgets.').waitFor();
});

test('with the keyboard alone a budget is tried, read, and taken back', async () => {
  await openBox();
  await page.getByRole('slider', { name: 'Threads of video, by dragging' }).focus();
  await page.keyboard.press('ArrowRight');
  await page.waitForURL(/try=video:8/);
  await outcome().getByRole('status').getByText('Nobody moves; 1 workload would grow or shrink.').waitFor();
  await outcome().getByText('video gets CPU 14, 30 and keeps what it has').waitFor();
  await outcome().getByText('Worse. Cores missing to the largest free block: 0 → 1').waitFor();
  await section('The package with these budgets').waitFor();
  expect(await threadsOf('video').inputValue()).toBe('8');
  expect(await accessibilityBreaches(page)).toEqual([]);
  await button('Fewer threads for video').focus();
  await page.keyboard.press('Enter');
  await outcome().waitFor({ state: 'detached' });
  await button('More threads for ml').focus();
  await page.keyboard.press('Enter');
  await page.waitForURL(/try=ml:6/);
  await button('Reset').focus();
  await page.keyboard.press('Enter');
  await outcome().waitFor({ state: 'detached' });
  expect(complaints).toEqual([]);
});

test('what does not fit says what is short and offers what fits', async () => {
  await openBox();
  await threadsOf('video').fill('30');
  await outcome()
    .getByRole('alert')
    .getByText(/16 threads are short: 48 are needed, 32 are there/)
    .waitFor();
  await page.getByText('48 of 32 threads in budgets, 16 too many').waitFor();
  expect(await accessibilityBreaches(page)).toEqual([]);
  await keepPicture(page, 'box-short');
  await button('Use what fits').click();
  await page.getByText('32 of 32 threads in budgets, 0 left').waitFor();
  expect(await threadsOf('video').inputValue()).toBe('14');
  await threadsOf('video').fill('7');
  await outcome()
    .getByText(/video has 7 threads, and cores here have 2/)
    .waitFor();
});

test('an address says what is tried, and a table says what the drawing does', async () => {
  await openBox('/box?try=video:8&view=table');
  const table = page.getByRole('table', { name: /^Every CPU/ });
  await table.getByRole('row', { name: /^14 video \(new\)/ }).waitFor();
  expect(await table.getByRole('row').count()).toBe(33);
  expect(await accessibilityBreaches(page)).toEqual([]);
  await button('Show as a drawing').click();
  await page.waitForURL((url) => !url.search.includes('view'));
  expect(complaints).toEqual([]);
});

test('a machine without workloads is shown with its load, and budgets of a profile can be tried', async () => {
  await mockWith(context, portal.address, { 'mock-cores': 'none' });
  await openBox();
  await section('Nobody has cores of their own')
    .getByText(/The manifest declares no workloads/)
    .waitFor();
  expect(await page.getByRole('region', { name: 'Budgets', exact: true }).count()).toBe(0);
  await keepPicture(page, 'box-none');
  await page.getByRole('combobox', { name: 'Budgets of' }).selectOption('ryzen-7950x-4090');
  await page.waitForURL(/profile=ryzen-7950x-4090/);
  await section('The package with these budgets').getByText('postgresql').first().waitFor();
  expect(await accessibilityBreaches(page)).toEqual([]);
  await mockWith(context, portal.address, { 'mock-cores': 'small' });
  await page.reload();
  await outcome().getByText('No sizes of these workloads fit this machine.').waitFor();
});

test('declared budgets that do not fit say so before anything is tried', async () => {
  await mockWith(context, portal.address, { 'mock-cores': 'short' });
  await openBox();
  await section('The declared budgets have no plan')
    .getByText(/36 are needed, 32 are there/)
    .waitFor();
  expect(await accessibilityBreaches(page)).toEqual([]);
});

test('without a load the plan stays; without the machine it says why', async () => {
  await mockWith(context, portal.address, { 'mock-cores': 'still' });
  await openBox();
  await section('The package')
    .getByText(/^The load is not known/)
    .waitFor();
  await section('The package').getByText('Not live').waitFor();
  await mockWith(context, portal.address, { 'mock-cores': 'fail' });
  await page.reload();
  await page.getByRole('alert').getByRole('heading', { name: 'The cores could not be read' }).waitFor();
});

test('an operator looks; a viewer sees no box at all', async () => {
  await mockWith(context, portal.address, { mock: 'operator' });
  await openBox();
  await mockWith(context, portal.address, { mock: 'viewer' });
  await page.reload();
  await page.getByText('The box is not for your role').waitFor();
  expect(await page.getByRole('navigation', { name: 'Main' }).getByRole('link', { name: 'Box' }).count()).toBe(0);
});

test.each(['light', 'dark'] as const)('in the %s theme the page is accessible and within every window', async (colorScheme) => {
  const breaches: string[] = [];
  await page.emulateMedia({ colorScheme });
  for (const mood of ['well', 'two-socket'])
    for (const { name, width, height } of sizes) {
      await page.setViewportSize({ width, height });
      await mockWith(context, portal.address, { 'mock-cores': mood });
      await openBox(mood === 'well' ? '/box?try=video:8' : '/box');
      await section('Why').waitFor();
      for (const breach of await accessibilityBreaches(page)) breaches.push(`${mood} ${name}: ${breach}`);
      const overflow = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
      if (overflow > 0) breaches.push(`${mood} ${name}: ${overflow} px too wide`);
      await keepPicture(page, `box-${mood}-${name}-${colorScheme}`);
    }
  expect(breaches).toEqual([]);
});
