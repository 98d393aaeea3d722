/// <reference lib="dom" />
import { readFileSync } from 'node:fs';
import type { BrowserContext, Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { accessibilityBreaches, keepPicture } from './browser.ts';
import { eachOnMock, mockWith, type PortalOnMock } from './portal-on-mock.ts';

// Erasing people, collections and assets, in the portal, against its made-up appliance.

let portal: PortalOnMock;
let context: BrowserContext;
let page: Page;
let complaints: string[];

eachOnMock((opened) => {
  ({ portal, context, page, complaints } = opened);
});

const dialog = () => page.getByRole('dialog');
const inDialog = (name: string | RegExp) => dialog().getByRole('button', { name });
const says = (text: string | RegExp) => page.getByRole('region', { name: 'Messages' }).getByText(text);
const open = async (theme: 'light' | 'dark' = 'light') => {
  await page.emulateMedia({ colorScheme: theme });
  await page.goto(`${portal.address}/erasures`);
  await page.getByRole('rowheader', { name: /Kim Okafor/ }).waitFor();
};
const choose = async (kind: 'A person' | 'A collection' | 'An asset', option?: string) => {
  await page.getByRole('button', { name: 'Erase…' }).click();
  await dialog().getByRole('radio', { name: kind }).check();
  if (option) await dialog().getByRole('combobox').selectOption({ label: option });
};
const confirm = (name: string) => dialog().getByRole('textbox', { name: `Type ${name} to confirm` });

test('a person is erased: what goes and what stays is shown before, their address is typed, and the steps are shown', async () => {
  await open();
  await choose('A person', 'Lin Meyer (viewer@observatory.example)');
  await inDialog('See what it takes').click();
  await dialog()
    .getByText(/^312 assets, 4\.09 GB, that nobody else brought go for good/)
    .waitFor();
  await dialog().getByText('17 assets that others brought, too, stay').waitFor();
  const yes = inDialog('Erase 312 assets');
  expect(await yes.getAttribute('aria-disabled')).toBe('true');
  await dialog()
    .getByRole('textbox', { name: /Reason/ })
    .fill('Asked for on the phone.');
  await confirm('viewer@observatory.example').fill('viewer@observatory');
  expect(await yes.getAttribute('aria-disabled')).toBe('true');
  await confirm('viewer@observatory.example').fill('Viewer@observatory.example');
  expect(await accessibilityBreaches(page)).toEqual([]);
  await keepPicture(page, 'erasures-question');
  await page.keyboard.press('Enter');
  await says('“Lin Meyer” is being erased').waitFor();
  const running = page.getByRole('list', { name: 'Erasures under way' }).getByText('Lin Meyer');
  await running.waitFor();
  await page.getByText('Destroy their key and sign the certificate').first().waitFor();
  await keepPicture(page, 'erasures-running');
  await page.getByRole('rowheader', { name: /Lin Meyer/ }).waitFor();
  expect(complaints).toEqual([]);
});

test('the certificate is read beside the page, by its address, and saved as the file that was signed', async () => {
  await open();
  await page.getByRole('button', { name: /^Certificate: Kim Okafor/ }).click();
  await dialog().getByText('unreadable from', { exact: false }).waitFor();
  expect(page.url()).toMatch(/erasure=0192f0aa-000b/);
  await page.reload();
  const saving = page.waitForEvent('download');
  await inDialog('Download as JSON').click();
  const saved = await saving;
  expect(saved.suggestedFilename()).toMatch(/^erasure-0192f0aa-.*\.json$/);
  expect(JSON.parse(readFileSync(await saved.path(), 'utf8'))).toMatchObject({
    certificate: { format: 'holdfast-erasure-certificate-1', keyKind: 'person' },
    publicKey: expect.any(String),
    signature: expect.any(String),
  });
  await inDialog('Close').click();
  await page.getByRole('button', { name: /^Details: Somebody who is no longer here/ }).click();
  await dialog().getByText('there is no certificate').waitFor();
});

test('what is held keeps everything, and the way back leads to another choice', async () => {
  await open();
  await choose('A collection', 'Press pictures');
  await inDialog('See what it takes').click();
  await dialog().getByRole('alert').getByText('4 assets are under a legal hold.').waitFor();
  expect(await inDialog(/^Erase \d+ assets$/).getAttribute('aria-disabled')).toBe('true');
  expect(await accessibilityBreaches(page)).toEqual([]);
  await keepPicture(page, 'erasures-held');
  await inDialog('Back').click();
  await dialog().getByRole('combobox', { name: 'Collection' }).selectOption({ label: 'To review' });
  await inDialog('See what it takes').click();
  await dialog().getByText('The collection itself goes, too').waitFor();
  await page.keyboard.press('Escape');
  await dialog().waitFor({ state: 'detached' });
});

test('where something else would go by now, nothing goes, and one looks again', async () => {
  await open();
  await choose('A person', 'Kim Okafor (former@observatory.example)');
  await inDialog('See what it takes').click();
  await confirm('former@observatory.example').fill('former@observatory.example');
  await page.keyboard.press('Enter');
  await dialog().getByText('313 assets would be erased now, not 312.').waitFor();
  await inDialog('Look again').click();
  expect(await confirm('former@observatory.example').inputValue()).toBe('');
});

test('an asset is erased from its own page, which stays where one thinks better of it', async () => {
  const id = '0192f0aa-0001-7000-8000-000000000007';
  await page.goto(`${portal.address}/assets/${id}`);
  const name = await page.getByRole('heading', { level: 1 }).textContent();
  const ask = async () => {
    await page.getByRole('button', { name: 'More', exact: true }).click();
    await page.getByRole('menuitem', { name: 'Erase for good…' }).click();
  };
  await ask();
  await inDialog('Cancel').click();
  expect(page.url()).toContain(`/assets/${id}`);
  await ask();
  await confirm(String(name)).fill(String(name));
  await inDialog('Erase 1 asset').click();
  await page.waitForURL(/\/erasures$/);
  await page.getByRole('list', { name: 'Erasures under way' }).getByText('An asset', { exact: true }).first().waitFor();
});

test('an asset is also named by its address', async () => {
  await open();
  await choose('An asset');
  const address = dialog().getByRole('textbox', { name: 'Address or id of the asset' });
  await address.fill('https://media.example/assets/0192f0aa-0001-7000-8000-ffffffffffff');
  await inDialog('See what it takes').click();
  await dialog().getByRole('alert').waitFor();
  await address.fill('https://media.example/assets/0192f0aa-0001-7000-8000-000000000009?tab=text');
  await inDialog('See what it takes').click();
  await dialog()
    .getByText(/^It goes for good/)
    .waitFor();
});

test('an appliance that never erased anything says what this is for; a failure is said with its way out', async () => {
  await mockWith(context, portal.address, { 'mock-erasures': '0' });
  await page.goto(`${portal.address}/erasures`);
  await page.getByText('Nothing was ever erased here').waitFor();
  await keepPicture(page, 'erasures-empty');
  await mockWith(context, portal.address, { 'mock-erasures': 'fail' });
  await page.reload();
  await page.getByText('The erasures could not be read').waitFor();
  expect(await accessibilityBreaches(page)).toEqual([]);
});

test.each(['light', 'dark'] as const)('the page is accessible in the %s theme, also on a phone', async (theme) => {
  await open(theme);
  expect(await accessibilityBreaches(page)).toEqual([]);
  await keepPicture(page, `erasures-${theme}`);
  await page.setViewportSize({ width: 390, height: 844 });
  expect(await accessibilityBreaches(page)).toEqual([]);
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(390);
  await keepPicture(page, `erasures-${theme}-390`);
  await page.getByRole('button', { name: /^Certificate: Kim Okafor/ }).click();
  await dialog().getByText('unreadable from', { exact: false }).waitFor();
  expect(await accessibilityBreaches(page)).toEqual([]);
  await keepPicture(page, `erasures-certificate-${theme}-390`);
});

test.each(['viewer', 'operator'])('the role %s is told that it is not for them, and finds it nowhere', async (mock) => {
  await mockWith(context, portal.address, { mock });
  await page.goto(`${portal.address}/erasures`);
  await page.getByText('Erasures are not for your role').waitFor();
  expect(await page.getByRole('link', { name: 'Erasures' }).count()).toBe(0);
  expect(await page.getByRole('button', { name: 'Erase…' }).count()).toBe(0);
});
