/// <reference lib="dom" />
import type { BrowserContext, Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { accessibilityBreaches, keepPicture, sizes } from './browser.ts';
import { eachOnMock, mockWith, type PortalOnMock } from './portal-on-mock.ts';

// What a made-up reference box measured: waves, and a time when it was off.

let portal: PortalOnMock;
let context: BrowserContext;
let page: Page;
let complaints: string[];

eachOnMock((opened) => {
  ({ portal, context, page, complaints } = opened);
});

const graph = (name: string) => page.getByRole('article', { name, exact: true });
const moment = (name: string) => page.getByRole('slider', { name: `${name}: moment` });
const lines = (name: string) => page.getByRole('list', { name: `Lines of ${name}` });

async function openPast(address = '/box/past'): Promise<void> {
  await page.goto(portal.address + address);
  await page.getByRole('article').first().waitFor();
}

test('every graph names its lines with what they are now, and a moment is read in all of them by pointer', async () => {
  await openPast();
  await lines('Busy CPUs')
    .getByRole('listitem')
    .filter({ hasText: /^video\d+\.\d\d CPUs$/ })
    .waitFor();
  await lines('Connections to nginx')
    .getByRole('listitem')
    .filter({ hasText: /^reading0$/ })
    .waitFor();
  await graph('Busy cards').getByText('Nothing was measured in the last hour. There is no card that tells it.').waitFor();
  await moment('Busy CPUs').hover({ position: { x: 60, y: 40 } });
  const read = await graph('Busy CPUs')
    .getByText(/^\d+ \w+ \d{4},? .*\d\d:\d\d$/)
    .textContent();
  expect(
    await graph('Memory')
      .getByText(read ?? '')
      .textContent(),
  ).toBe(read);
  expect(complaints).toEqual([]);
});

test('with the keyboard alone a range is chosen, a graph opened and read to the gap, and the address keeps it', async () => {
  await openPast();
  await page.getByRole('group', { name: 'How far back' }).getByRole('button', { name: 'Week' }).press('Enter');
  await page.waitForURL(/\?range=week$/);
  await graph('Busy CPUs').getByRole('link', { name: 'Busy CPUs' }).press('Enter');
  await page.waitForURL(/\?range=week&metric=slices\.cpu$/);
  await expect.poll(() => page.getByRole('article').count()).toBe(1);
  await moment('Busy CPUs').press('Home');
  await expect.poll(() => moment('Busy CPUs').getAttribute('aria-valuetext')).toMatch(/: api \d.* CPUs, .*video \d.* CPUs$/);
  for (let tenths = 0; tenths < 4; tenths += 1) await moment('Busy CPUs').press('PageUp');
  await expect.poll(() => moment('Busy CPUs').getAttribute('aria-valuetext')).toMatch(/: nothing was measured$/);
  await page.reload();
  await lines('Busy CPUs').waitFor();
  expect(await page.getByRole('button', { name: 'Week', pressed: true }).count()).toBe(1);
  await page.getByRole('button', { name: 'Busy CPUs as a table' }).press('Enter');
  await page.getByRole('columnheader', { name: 'postgresql' }).waitFor();
  expect(await page.getByRole('table').getByRole('row').count()).toBeGreaterThan(200);
  expect(await accessibilityBreaches(page)).toEqual([]);
  await page.getByRole('link', { name: 'All graphs' }).press('Enter');
  await graph('Traffic of nginx').waitFor();
  expect(complaints).toEqual([]);
});

test('where nothing remembers the box the reason is said once; where nothing was measured yet, when there will be something', async () => {
  await mockWith(context, portal.address, { 'mock-past': 'away' });
  await page.goto(`${portal.address}/box/past`);
  await page.getByRole('alert').getByText('The Debian package prometheus is not installed').waitFor();
  expect(await page.getByRole('article').count()).toBe(0);
  await mockWith(context, portal.address, { 'mock-past': 'empty' });
  await page.goto(`${portal.address}/box/past?range=day`);
  await page.getByText('Nothing was measured in the last day').waitFor();
  await mockWith(context, portal.address, { mock: 'viewer' });
  await page.goto(`${portal.address}/box/past`);
  await page.getByText('The box is not for your role').waitFor();
});

test('the page can be used by everybody and fits every screen, light and dark', async () => {
  const breaches: string[] = [];
  await openPast('/box/past?range=day');
  await lines('Traffic of nginx').waitFor();
  for (const scheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme: scheme });
    for (const { name, ...viewport } of sizes) {
      await page.setViewportSize(viewport);
      // Each look at a page of so many graphs takes seconds.
      if (name === (scheme === 'light' ? 'phone' : 'desk'))
        for (const breach of await accessibilityBreaches(page)) breaches.push(`${name}: ${breach}`);
      const overflow = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
      if (overflow > 0) breaches.push(`${name}: ${overflow} px too wide`);
      await keepPicture(page, `past-${scheme}-${name}`);
    }
  }
  expect(breaches).toEqual([]);
});
