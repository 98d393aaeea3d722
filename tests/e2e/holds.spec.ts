/// <reference lib="dom" />
import type { BrowserContext, Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { accessibilityBreaches, keepPicture } from './browser.ts';
import { eachOnMock, mockWith, type PortalOnMock } from './portal-on-mock.ts';

// Placing what is selected in the library under a legal hold, against the made-up appliance.

let portal: PortalOnMock;
let context: BrowserContext;
let page: Page;
let complaints: string[];

eachOnMock((opened) => {
  ({ portal, context, page, complaints } = opened);
});

const bar = () => page.getByRole('toolbar', { name: 'Selected assets' });
const hold = () => bar().getByRole('button', { name: 'Place under hold…' });
const dialog = () => page.getByRole('dialog');
const field = (name: string) => dialog().getByRole('textbox', { name });
const yes = () => dialog().getByRole('button', { name: 'Place under hold' });
const says = (text: string | RegExp) => page.getByRole('region', { name: 'Messages' }).getByText(text);
const select = async (count: number, theme: 'light' | 'dark' = 'light') => {
  await page.emulateMedia({ colorScheme: theme });
  await page.goto(portal.address);
  await page.getByRole('grid').getByRole('link').first().waitFor();
  for (let place = 0; place < count; place++)
    await page
      .getByRole('checkbox', { name: /^Select (?!all)/ })
      .nth(place)
      .click({ force: true });
  await bar()
    .getByText(`${count} asset${count === 1 ? '' : 's'} selected`)
    .waitFor();
};

test('what is selected is placed under a new hold, after saying which of it is held already and what is gone', async () => {
  await select(16);
  await hold().click();
  await dialog()
    .getByText(/of them (is|are) held already, by “Case 2026\/17” \(\d+\).* \d assets? (is|are) gone by now\./)
    .waitFor();
  expect(await yes().getAttribute('aria-disabled')).toBe('true');
  await field('Name').fill('Case 9');
  await field('Reason').fill('Asked for by the insurer.');
  expect(await accessibilityBreaches(page)).toEqual([]);
  await keepPicture(page, 'holds-question');
  await yes().click();
  await says('16 assets under “Case 9”').waitFor();
  await bar().waitFor({ state: 'detached' });
  expect(complaints).toEqual([]);
});

test('it may be a hold that stands already, which needs no name and no reason', async () => {
  await select(2);
  await hold().click();
  await dialog().getByRole('combobox', { name: 'Under' }).selectOption({ label: 'Case 2026/17 (212 assets)' });
  expect(await field('Name').count()).toBe(0);
  await yes().click();
  await says('2 assets under “Case 2026/17”').waitFor();
  await says(/holds 214 assets by now/).waitFor();
});

test('why it failed is said in the question, which stays with what was typed', async () => {
  await mockWith(context, portal.address, { 'mock-holds': 'fail' });
  await select(2);
  await hold().click();
  await dialog()
    .getByText(/could not be found out: The check failed on purpose/)
    .waitFor();
  await field('Name').fill('gone');
  await field('Reason').fill('Why not.');
  await yes().click();
  await dialog().getByRole('alert').getByText('None of these assets is there.').waitFor();
  await field('Name').fill('fail');
  await yes().click();
  await dialog().getByRole('alert').getByText('The hold failed on purpose.').waitFor();
  expect(await field('Reason').inputValue()).toBe('Why not.');
  await keepPicture(page, 'holds-failed');
  await field('Name').fill('Case 10');
  await yes().click();
  await says('2 assets under “Case 10”').waitFor();
});

test('thousands are placed under one hold in batches, and nobody waits for it', async () => {
  await mockWith(context, portal.address, { 'mock-assets': '7000', 'mock-days': '9' });
  await page.goto(portal.address);
  await page.getByRole('checkbox', { name: 'Select all of November 2026' }).click({ force: true });
  await hold().click();
  await dialog()
    .getByText(/of them are held already.* are gone by now\.$/)
    .waitFor();
  await field('Name').fill('Case 11');
  await field('Reason').fill('All of it.');
  await yes().click();
  await dialog().waitFor({ state: 'detached' });
  await says('7\u202f000 assets under “Case 11”').waitFor();
  expect(complaints).toEqual([]);
}, 60_000);

test('what lies in the trash is held from there', async () => {
  await page.goto(portal.address);
  await page
    .getByRole('checkbox', { name: /^Select (?!all)/ })
    .first()
    .click({ force: true });
  await bar().getByRole('button', { name: 'Move to the trash' }).click();
  await says('1 asset moved to the trash').waitFor();
  await page.goto(`${portal.address}/?trash=true`);
  await page
    .getByRole('checkbox', { name: /^Select (?!all)/ })
    .first()
    .click({ force: true });
  await hold().waitFor();
  await bar().getByRole('button', { name: 'Restore' }).click();
  await says('1 asset restored').waitFor();
});

test.each(['light', 'dark'] as const)('it is done on a phone as well, in the %s theme', async (theme) => {
  await select(2, theme);
  await page.setViewportSize({ width: 390, height: 844 });
  expect(await bar().evaluate((box) => box.scrollWidth - box.clientWidth)).toBeLessThanOrEqual(0);
  await keepPicture(page, `holds-bar-${theme}-390`);
  await hold().click();
  await dialog()
    .getByText(/held already|under a hold yet/)
    .waitFor();
  expect(await accessibilityBreaches(page)).toEqual([]);
  await keepPicture(page, `holds-${theme}-390`);
});

test('the bar has room for all of it on a phone, also for very many in a collection', async () => {
  const { items } = (await (await page.request.get(`${portal.address}/api/v1/collections`)).json()) as {
    items: { id: string }[];
  };
  for (const path of ['/', `/collections/${items[0]?.id}`]) {
    await page.setViewportSize({ width: 1440, height: 900 });
    await page.goto(portal.address + path);
    await page.getByRole('grid').getByRole('link').first().focus();
    await page.keyboard.press('Control+a');
    await bar().waitFor();
    await page.setViewportSize({ width: 390, height: 844 });
    await keepPicture(page, `holds-bar-many${path === '/' ? '' : '-collected'}-390`);
    const last = await bar().getByRole('button', { name: 'Move to the trash' }).boundingBox();
    expect((last?.x ?? 0) + (last?.width ?? 999)).toBeLessThanOrEqual(390);
  }
});

test('who may place no holds does not find the button', async () => {
  await mockWith(context, portal.address, { mock: 'operator' });
  await select(1);
  await bar().getByRole('button', { name: 'Move to the trash' }).waitFor();
  expect(await hold().count()).toBe(0);
});
