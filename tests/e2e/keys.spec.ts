/// <reference lib="dom" />
import type { BrowserContext, Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { accessibilityBreaches, keepPicture, sizes } from './browser.ts';
import { eachOnMock, mockWith, type PortalOnMock } from './portal-on-mock.ts';

// The keys on the System page, against the made-up appliance.

let portal: PortalOnMock;
let context: BrowserContext;
let page: Page;
let complaints: string[];

eachOnMock((opened) => {
  ({ portal, context, page, complaints } = opened);
});

const keys = () => page.getByRole('region', { name: 'Keys', exact: true });
const rowOf = (name: string) => keys().getByRole('row', { name });

async function openKeys(): Promise<void> {
  await page.goto(`${portal.address}/system`);
  await rowOf('The organisation').waitFor();
}

test('an administrator sees how the keys are, and rotates one while the progress is shown', async () => {
  await openKeys();
  await keys()
    .getByText(/^3 of 5 open it/)
    .waitFor();
  await rowOf('Jonas Weber')
    .getByText(/^v3: 35.799 · v2: 0$/)
    .waitFor();
  await rowOf('Jonas Weber').getByRole('button', { name: 'Rotate' }).click();
  const dialog = page.getByRole('dialog', { name: 'Rotate the key of Jonas Weber?' });
  await dialog.getByText('No file is read').waitFor();
  await dialog.getByRole('button', { name: 'Rotate' }).click();
  const progress = keys().getByRole('progressbar', { name: 'Rotation of Key: Jonas Weber' });
  await progress.waitFor();
  await keepPicture(page, 'keys-rotating');
  await progress.waitFor({ state: 'detached' });
  expect(complaints).toEqual([]);
});

test('who runs the keystore is told, and what happened last to the keys', async () => {
  await openKeys();
  await keys().getByText('holdfast-keyd', { exact: true }).waitFor();
  await keys().getByText('Machine, TPM 2').waitFor();
  await keys().getByText('What happened last').click();
  const events = keys().getByRole('list', { name: 'What happened last to the keys' });
  await events.getByText('Somebody has sealed the keystore.').waitFor();
  await events.getByText('ada by command').waitFor();
  expect(await accessibilityBreaches(page)).toEqual([]);
  expect(complaints).toEqual([]);
});

test("the provider's keys are rotated from the head of the section", async () => {
  await openKeys();
  await keys().getByRole('button', { name: "Rotate the provider's keys" }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Rotate' }).click();
  await keys()
    .getByRole('progressbar', { name: /people and collections/ })
    .waitFor();
});

test('sealed keys say why, and operators do not see whose keys there are', async () => {
  await mockWith(context, portal.address, { 'mock-keys': 'SEALED' });
  await openKeys();
  await keys().getByRole('alert').getByText('./holdfast keys unseal').waitFor();
  const rotate = keys().getByRole('button', { name: 'Rotate', exact: true }).first();
  expect(await rotate.getAttribute('aria-disabled')).toBe('true');
  await mockWith(context, portal.address, { mock: 'operator' });
  await page.goto(`${portal.address}/system`);
  await page.getByRole('row', { name: /Keystore/ }).waitFor();
  expect(await keys().count()).toBe(0);
});

test.each(sizes)('the keys can be used by everybody on a $name', async ({ name, width, height }) => {
  await page.setViewportSize({ width, height });
  await openKeys();
  await keys().scrollIntoViewIfNeeded();
  expect(await accessibilityBreaches(page)).toEqual([]);
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(width);
  await keepPicture(page, `keys-${name}`);
});
