/// <reference lib="dom" />
import type { BrowserContext, Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { accessibilityBreaches, keepPicture } from './browser.ts';
import { eachOnMock, mockWith, type PortalOnMock } from './portal-on-mock.ts';

// How long things are kept, in the portal, against its made-up appliance.

let portal: PortalOnMock;
let context: BrowserContext;
let page: Page;
let complaints: string[];

eachOnMock((opened) => {
  ({ portal, context, page, complaints } = opened);
});

const days = (of: string) => page.getByRole('textbox', { name: `Days to keep: ${of}` });
const button = (name: string) => page.getByRole('button', { name, exact: true });
const says = (text: string | RegExp) => page.getByRole('region', { name: 'Messages' }).getByText(text);
const open = async (theme: 'light' | 'dark' = 'light') => {
  await page.emulateMedia({ colorScheme: theme });
  await page.goto(`${portal.address}/retention`);
  await days('Videos').waitFor();
  await page.getByText('Case 2026/17').waitFor();
  await page.getByText('Trash emptied').waitFor();
};

test('what a change would delete is said before it is saved, and whoever saves it types how many assets that is', async () => {
  await open();
  expect(await button('Save').getAttribute('aria-disabled')).toBe('true');
  await days('Videos').fill('30');
  await page.getByText(/^This would delete 12.431 objects of 9.120 assets, 1\.19 TB, the first on /).waitFor();
  await page.getByText('2 assets more would go, but a legal hold stands.').waitFor();
  await keepPicture(page, 'retention-preview');
  await page.keyboard.press('Enter');
  const dialog = page.getByRole('dialog');
  const yes = dialog.getByRole('button', { name: 'Save the policies' });
  expect(await yes.getAttribute('aria-disabled')).toBe('true');
  await dialog.getByRole('textbox').fill('9119');
  expect(await yes.getAttribute('aria-disabled')).toBe('true');
  await dialog.getByRole('textbox').fill('9120');
  expect(await accessibilityBreaches(page)).toEqual([]);
  await page.keyboard.press('Enter');
  await says('The policies are saved').waitFor();
  expect(await days('Videos').inputValue()).toBe('30');
  await days('Videos').fill('');
  await page.getByText('This would delete nothing.').waitFor();
  await button('Save').click();
  await expect.poll(() => days('Videos').inputValue()).toBe('');
  expect(complaints).toEqual([]);
});

test('what is no number of days is said so, and a preview that fails keeps nothing from being corrected', async () => {
  await open();
  await days('Pictures').fill('soon');
  await page.getByText('1 to 36500 days, or nothing for ever').waitFor();
  expect(await button('Save').getAttribute('aria-disabled')).toBe('true');
  await button('Undo the changes').click();
  await days('Trash').fill('13');
  await page.getByRole('alert').getByText('The preview failed on purpose.').waitFor();
  await days('Trash').fill('31');
  await page.getByText(/^This would delete/).waitFor();
});

test('logs and the audit have their days, too: what would go is said, and the audit is kept for a year at least', async () => {
  await open();
  await days('Logs of the appliance').fill('10');
  await page.getByText(/^Logs of the appliance: 12 entries, 41\.0 MB, the first of .* would go\.$/).waitFor();
  await days('Audit').fill('100');
  await page.getByText('365 to 36500 days, or nothing for ever').waitFor();
  await days('Audit').fill('400');
  await page.getByText(/^Audit: .* entries.* would go, but stay\. A legal hold stands/).waitFor();
  expect(await accessibilityBreaches(page)).toEqual([]);
  await keepPicture(page, 'retention-traces');
  await button('Save').click();
  await says('The policies are saved').waitFor();
  expect(await days('Audit').inputValue()).toBe('400');
});

test('personal data goes by request: the page leads to where that is done', async () => {
  await open();
  await page
    .getByRole('row', { name: /^Personal data/ })
    .getByRole('link', { name: 'Erasures' })
    .click();
  await page.waitForURL(/\/erasures/);
});

test('holds are placed on a collection and released, with a reason', async () => {
  await open();
  await button('Place a hold').click();
  const dialog = page.getByRole('dialog');
  await dialog.getByRole('textbox', { name: 'Name' }).fill('Case 9');
  await dialog.getByRole('textbox', { name: 'Reason' }).fill('Asked for by the insurer.');
  await dialog.getByRole('combobox', { name: 'Collection' }).selectOption({ index: 1 });
  expect(await accessibilityBreaches(page)).toEqual([]);
  await dialog.getByRole('button', { name: 'Place the hold' }).click();
  await says('212 assets held by “Case 9”').waitFor();
  await button('Release the hold Case 2026/17').click();
  await dialog.getByRole('textbox', { name: 'Reason' }).fill('Closed.');
  await dialog.getByRole('button', { name: 'Release the hold' }).click();
  await says('“Case 2026/17” is released').waitFor();
});

test('the trash is emptied by typing how many assets go', async () => {
  await open();
  await button('Empty the trash').click();
  const dialog = page.getByRole('dialog');
  await dialog.getByText('12 assets are deleted for good').waitFor();
  await dialog.getByRole('textbox').fill('12');
  await page.keyboard.press('Enter');
  await says('The trash is being emptied').waitFor();
});

test.each(['light', 'dark'] as const)('the page is accessible in the %s theme, also on a phone', async (theme) => {
  await open(theme);
  expect(await accessibilityBreaches(page)).toEqual([]);
  await keepPicture(page, `retention-${theme}`);
  await page.setViewportSize({ width: 390, height: 844 });
  expect(await accessibilityBreaches(page)).toEqual([]);
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(390);
  await keepPicture(page, `retention-${theme}-390`);
});

test('who may not see it is told so, and does not find it in the rail', async () => {
  await mockWith(context, portal.address, { mock: 'viewer' });
  await page.goto(`${portal.address}/retention`);
  await page.getByText('Retention is not for your role').waitFor();
  expect(await page.getByRole('link', { name: 'Retention' }).count()).toBe(0);
});

test('the trash says when what is in it is gone for good', async () => {
  await page.goto(`${portal.address}/?trash=true`);
  await page
    .getByRole('note')
    .getByText(/gone for good 30 days after it was put here, the first of it on/)
    .waitFor();
});
