/// <reference lib="dom" />
import { randomUUID } from 'node:crypto';
import type { BrowserContext, Page } from 'playwright-core';
import { beforeEach, expect, test } from 'vitest';
import { accessibilityBreaches, keepPicture, sizes } from './browser.ts';
import { eachOnMock, mockWith, type PortalOnMock } from './portal-on-mock.ts';

// Changes of a made-up box: applied, counted down, kept or taken back; drift; history. Each test has a box of its own, which remembers.

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
const dialog = () => page.getByRole('dialog');
const banner = () => section('A change of Cores waits');
const messages = () => section('Messages');

async function applyVideo(seconds = '60'): Promise<void> {
  await page.goto(`${portal.address}/box?try=video:8`);
  await button('Apply…').click();
  await dialog().getByText('video threads').waitFor();
  await dialog().getByRole('combobox', { name: 'Goes back by itself after' }).selectOption(seconds);
  await dialog().getByRole('button', { name: 'Apply' }).click();
  await banner().waitFor();
}

test('with the keyboard alone a budget is applied, survives a reload, is seen on every page and kept', async () => {
  await page.goto(`${portal.address}/box?try=video:8`);
  await section('What would change').waitFor();
  await button('Apply…').focus();
  await page.keyboard.press('Enter');
  await dialog().getByRole('listitem').filter({ hasText: 'video threads' }).getByText('8').waitFor();
  expect(await accessibilityBreaches(page)).toEqual([]);
  await dialog().getByRole('button', { name: 'Apply' }).focus();
  await page.keyboard.press('Enter');
  await banner()
    .getByText(/^Goes back by itself at \d\d:\d\d:\d\d\.$/)
    .waitFor();
  await dialog().waitFor({ state: 'detached' });
  await page.reload();
  await banner()
    .getByText(/video threads 6 → 8/)
    .waitFor();
  await section('The package as it is now, not kept yet').waitFor();
  const timer = banner().getByRole('timer');
  const before = await timer.textContent();
  await expect.poll(() => timer.textContent(), { timeout: 5000 }).not.toBe(before);
  await page.goto(`${portal.address}/jobs`);
  await banner().waitFor();
  expect(await accessibilityBreaches(page)).toEqual([]);
  await page.keyboard.press('Escape');
  await banner().getByRole('button', { name: 'Keep' }).focus();
  await page.keyboard.press('Enter');
  await messages().getByText('Cores: kept').waitFor();
  await banner().waitFor({ state: 'detached' });
  await page.goto(`${portal.address}/box`);
  await section('Last change').getByText('Kept').waitFor();
  expect(await page.getByRole('textbox', { name: 'Threads of video', exact: true }).inputValue()).toBe('8');
  expect(complaints).toEqual([]);
});

test('what is taken back is as it was, and Escape takes nothing back', async () => {
  await applyVideo('300');
  await page.keyboard.press('Escape');
  await page.keyboard.press('Escape');
  await banner().waitFor();
  await banner().getByRole('button', { name: 'Revert now' }).click();
  await messages().getByText('Ada Rossi took it back.').waitFor();
  await banner().waitFor({ state: 'detached' });
  await section('Last change').getByText('Went back').waitFor();
  expect(complaints).toEqual([]);
});

test('without a connection the banner says when the box goes back by itself, and afterwards how it ended', async () => {
  await page.route('**/reconcile/cores/apply', (route) =>
    route.continue({ postData: JSON.stringify({ ...route.request().postDataJSON(), confirmSeconds: 12 }) }),
  );
  await applyVideo('30');
  await context.setOffline(true);
  await banner()
    .getByText(/^The appliance is out of reach\. The box goes back by itself at \d\d:\d\d:\d\d, also without it\.$/)
    .waitFor();
  await banner()
    .getByText(/Unless somebody kept it, the box went back at/)
    .waitFor();
  await context.setOffline(false);
  await messages().getByText('Nobody kept it in time.').waitFor();
});

test('who comes second is told so, and looks at the plan again', async () => {
  await mockWith(context, portal.address, { 'mock-control': 'changed' });
  await page.goto(`${portal.address}/box?try=video:8`);
  await button('Apply…').click();
  await dialog().getByRole('button', { name: 'Apply' }).click();
  await dialog()
    .getByText(/Jun Sato has changed Cores/)
    .waitFor();
  expect(await accessibilityBreaches(page)).toEqual([]);
  await dialog().getByRole('button', { name: 'Plan again' }).click();
  await dialog().getByRole('button', { name: 'Apply' }).waitFor();
  await page.keyboard.press('Escape');
  await dialog().waitFor({ state: 'detached' });
  expect(await banner().count()).toBe(0);
});

test('while the box goes back nothing else can be applied, and an operator may only look', async () => {
  await mockWith(context, portal.address, { 'mock-control': 'back' });
  await page.goto(`${portal.address}/box?try=video:8`);
  await section('A change of Cores goes back').waitFor();
  await button('Apply…').focus();
  await page
    .getByRole('tooltip')
    .getByText(/^The box is going back/)
    .waitFor();
  await mockWith(context, portal.address, { 'mock-control': 'well', mock: 'operator' });
  await page.reload();
  await section('The package with these budgets').waitFor();
  await button('Apply…').focus();
  await page
    .getByRole('tooltip')
    .getByText(/^Your role may not change the box/)
    .waitFor();
});

test('drift is ringed, explained and healed', async () => {
  await mockWith(context, portal.address, { 'mock-control': 'drift' });
  await page.goto(`${portal.address}/box`);
  const drift = section(/^Drift: 3 departures from the plan/);
  await drift.getByText('Other CPUs', { exact: true }).waitFor();
  await drift.getByText('8-9,24-25').waitFor();
  await section('The package').getByRole('listitem').filter({ hasText: 'drift: other cpus' }).first().waitFor();
  expect(await accessibilityBreaches(page)).toEqual([]);
  await keepPicture(page, 'box-drift');
  await page.goto(`${portal.address}/box?view=table`);
  await page.getByRole('row', { name: /^10 video \(drift: other cpus\)/ }).waitFor();
  await button('Heal now: holdfast-video.slice').click();
  await section(/^Drift: 2 departures/).waitFor();
  await button('Apply the plan anew… for /etc/systemd/system/holdfast-redis.slice').click();
  await dialog().getByText('The files of the plan are written anew and read back.').waitFor();
  await dialog().getByRole('button', { name: 'Apply' }).click();
  await section(/^Drift/).waitFor({ state: 'detached' });
  expect(complaints).toEqual([]);
});

test('the history says who changed what, compares any two, and goes back to one', async () => {
  await page.goto(`${portal.address}/box`);
  await page.getByRole('navigation', { name: 'Box' }).getByRole('link', { name: 'History' }).click();
  const table = page.getByRole('table', { name: 'Changes of Cores, newest first' });
  await table
    .getByRole('row', { name: /^10 .*Went back/ })
    .getByText('Nobody kept it in time.')
    .waitFor();
  expect(await accessibilityBreaches(page)).toEqual([]);
  await button('Compare generation 11 with 9').click();
  await page.waitForURL(/compare=11\.\.9/);
  await dialog()
    .getByRole('region', { name: '/etc/systemd/system/holdfast-os.slice' })
    .getByText(/AllowedCPUs=0-3/)
    .waitFor();
  expect(await accessibilityBreaches(page)).toEqual([]);
  await keepPicture(page, 'box-history-diff');
  await page.keyboard.press('Escape');
  await page.waitForURL((url) => !url.search.includes('compare'));
  await button('Go back to generation 10').focus();
  await page.getByRole('tooltip').getByText('It was not kept.').waitFor();
  await button('Go back to generation 9').click();
  await dialog().getByText('os threads').waitFor();
  await dialog().getByRole('button', { name: 'Go back' }).click();
  await banner().waitFor();
  await table.getByRole('row', { name: /^12 .*Waits/ }).waitFor();
  await banner().getByRole('button', { name: 'Keep' }).click();
  await table.getByRole('row', { name: /^12 \(in force\)/ }).waitFor();
  expect(complaints).toEqual([]);
});

test.each(['light', 'dark'] as const)('in the %s theme changes are accessible and within every window', async (colorScheme) => {
  const breaches: string[] = [];
  await page.emulateMedia({ colorScheme });
  await mockWith(context, portal.address, { 'mock-control': 'drift' });
  for (const { name, width, height } of sizes) {
    await page.setViewportSize({ width, height });
    await mockWith(context, portal.address, { 'mock-box': randomUUID() });
    for (const place of ['drift', 'dialog', 'banner', 'history']) {
      await showPlace(place);
      if (name !== 'laptop')
        for (const breach of await accessibilityBreaches(page)) breaches.push(`${place} ${name}: ${breach}`);
      const overflow = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
      if (overflow > 0) breaches.push(`${place} ${name}: ${overflow} px too wide`);
      await keepPicture(page, `box-${place}-${name}-${colorScheme}`);
    }
  }
  expect(breaches).toEqual([]);
});

async function showPlace(place: string): Promise<void> {
  if (place === 'drift') {
    await page.goto(`${portal.address}/box?try=video:8`);
    await section('Why').waitFor();
  } else if (place === 'dialog') {
    await button('Apply…').click();
    await dialog().getByText('video threads').waitFor();
  } else if (place === 'banner') {
    await dialog().getByRole('button', { name: 'Apply' }).click();
    await banner().waitFor();
    await dialog().waitFor({ state: 'detached' });
  } else {
    await page.goto(`${portal.address}/box/history`);
    await page.getByRole('table').waitFor();
  }
}
