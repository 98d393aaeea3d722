/// <reference lib="dom" />
import { readFileSync } from 'node:fs';
import type { BrowserContext, Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { accessibilityBreaches, keepPicture, sizes } from './browser.ts';
import { eachOnMock, mockWith, type PortalOnMock } from './portal-on-mock.ts';

// Settings → Configuration against a made-up manifest with three generations.

let portal: PortalOnMock;
let context: BrowserContext;
let page: Page;
let complaints: string[];

eachOnMock((opened) => {
  ({ portal, context, page, complaints } = opened);
});

const button = (name: string | RegExp) => page.getByRole('button', { name });
const file = () => page.getByRole('group', { name: 'The file, line by line' });
const editor = () => page.getByRole('textbox', { name: 'The file' });
const dialog = (name: RegExp) => page.getByRole('dialog', { name });
const says = (text: RegExp) => page.getByRole('region', { name: 'Messages' }).getByText(text).waitFor();

async function openConfiguration(address = '/settings/configuration'): Promise<void> {
  await page.goto(portal.address + address);
  await page.getByRole('region', { name: 'History' }).getByRole('table').waitFor();
}

test('the file is shown with line numbers, and beside each line who brought it', async () => {
  await openConfiguration();
  const line = file().getByRole('row').filter({ hasText: 'maxMemoryMb' });
  expect(await line.textContent()).toMatch(/6 {2}maxMemoryMb: 8192 # as asked/);
  await file().getByRole('link', { name: '2 Ada Rossi: More films from the north dome' }).first().click();
  await dialog(/^Generation 2$/)
    .getByText('# Ada: the films of the north dome are large.')
    .waitFor();
  await page.waitForURL(/generation=2/);
  expect(complaints).toEqual([]);
});

test('mistakes stand at their line while one types, and keys that fit are offered', async () => {
  await openConfiguration();
  await button('Edit').click();
  await editor().fill('profile: evaluation\nredis:\n  maxMemoryMb: plenty\n');
  const mistakes = page.getByRole('list', { name: 'Mistakes' });
  await mistakes.getByText('redis.maxMemoryMb').waitFor();
  await page.getByText('1 mistake.').waitFor();
  await button('Show what changes…').focus();
  await page.getByRole('tooltip').getByText('It has mistakes: correct them first.').waitFor();
  expect(await accessibilityBreaches(page)).toEqual([]);
  await keepPicture(page, 'configuration-mistake');
  await mistakes.getByRole('button', { name: 'Line 3' }).click();
  expect(await page.evaluate(() => getSelection()?.toString())).toBe('  maxMemoryMb: plenty');
  await editor().fill('profile: evaluation\nredis:\n  max');
  await button('maxMemoryMb').click();
  expect(await editor().inputValue()).toBe('profile: evaluation\nredis:\n  maxMemoryMb: ');
});

test('nothing is saved before the difference was shown and a reason given; then it waits for the next start', async () => {
  await openConfiguration();
  await button('Edit').click();
  await editor().fill((await editor().inputValue()).replace('8192', '4096'));
  await page.getByText('It describes an appliance.').waitFor();
  await button('Show what changes…').click();
  const question = dialog(/^Save this as a new generation/);
  await question.getByRole('group', { name: 'Lines that differ' }).getByText('maxMemoryMb: 4096 # as asked').waitFor();
  await question.getByRole('list', { name: 'Values that differ' }).getByText('redis.maxMemoryMb').waitFor();
  expect(await accessibilityBreaches(page)).toEqual([]);
  await keepPicture(page, 'configuration-save');
  await question.getByRole('textbox', { name: 'Reason' }).fill('stale');
  await page.keyboard.press('Enter');
  await question.getByText(/The configuration is at generation \d+ by now/).waitFor();
  await question.getByRole('textbox', { name: 'Reason' }).fill('Less for the cache');
  await page.keyboard.press('Enter');
  await says(/Generation \d+ is recorded/);
  await page.getByRole('region', { name: 'Waiting for the next start' }).getByText('8192').waitFor();
  await page.getByRole('region', { name: 'History' }).getByText('Less for the cache').first().waitFor();

  await button('Generation 3: what it changed').click();
  await button('Go back to this…').click();
  await dialog(/^Go back to generation 3/)
    .getByRole('textbox', { name: 'Reason' })
    .fill('It was too little');
  await page.keyboard.press('Enter');
  await page.getByRole('region', { name: 'History' }).getByText('It was too little').first().waitFor();
});

test('an edit by hand is shown, and taken over or put back', async () => {
  await mockWith(context, portal.address, { 'mock-config': 'edited' });
  await openConfiguration();
  await page.getByText(/The file was edited by hand: it differs from generation/).waitFor();
  await button('Edit').focus();
  await page
    .getByRole('tooltip')
    .getByText(/take that over or put it back first/)
    .waitFor();
  await button('Take it over…').click();
  await dialog(/^Take over/)
    .getByText('maxMemoryMb: 16384 # as asked')
    .waitFor();
  expect(await accessibilityBreaches(page)).toEqual([]);
  await page.keyboard.press('Escape');
  await mockWith(context, portal.address, { 'mock-config': 'broken' });
  await page.reload();
  await page.getByRole('list', { name: 'Mistakes' }).getByText('Line 6').waitFor();
  await button('Take it over…').focus();
  await page
    .getByRole('tooltip')
    .getByText(/It has mistakes/)
    .waitFor();
  await keepPicture(page, 'configuration-broken');
});

test('where it cannot be written, or is not for somebody, it says so; what is only declared says so, too', async () => {
  await mockWith(context, portal.address, { 'mock-config': 'foreign' });
  await openConfiguration();
  await page.getByText(/Declared only, nothing in this release acts on it yet/).waitFor();
  await button('Edit').focus();
  await page
    .getByRole('tooltip')
    .getByText(/it belongs to root/)
    .waitFor();
  await mockWith(context, portal.address, { 'mock-config': 'fail' });
  await page.reload();
  await page.getByRole('alert').getByRole('heading', { name: 'The configuration could not be read' }).waitFor();
  await mockWith(context, portal.address, { mock: 'operator', 'mock-config': '' });
  await openConfiguration();
  await button('Edit').focus();
  await page
    .getByRole('tooltip')
    .getByText(/Your role may not change the configuration/)
    .waitFor();
  await mockWith(context, portal.address, { mock: 'viewer' });
  await page.reload();
  await page.getByText('The configuration is not for your role').waitFor();
});

test('the file and the inventory can be taken away', async () => {
  await openConfiguration();
  const [whole] = await Promise.all([page.waitForEvent('download'), button('Download').click()]);
  expect(whole.suggestedFilename()).toBe('appliance.yaml');
  expect(readFileSync(await whole.path(), 'utf8')).toContain('profile: ryzen-7950x-4090');
  const [inventory] = await Promise.all([page.waitForEvent('download'), button('Export as Ansible inventory').click()]);
  expect(inventory.suggestedFilename()).toBe('inventory.yaml');
});

test.each(['light', 'dark'] as const)('in the %s theme the page is accessible and within every window', async (colorScheme) => {
  const breaches: string[] = [];
  await page.emulateMedia({ colorScheme });
  for (const { name, width, height } of sizes)
    for (const mood of name === 'phone' ? ['', 'editing', 'drawer'] : ['']) {
      await page.setViewportSize({ width, height });
      await openConfiguration(mood === 'drawer' ? '/settings/configuration?generation=3' : undefined);
      if (mood === 'editing') await button('Edit').click();
      if (mood === 'editing') await page.getByText('It describes an appliance.').waitFor();
      if (mood === 'drawer')
        await dialog(/^Generation 3$/)
          .getByText('The office may look')
          .waitFor();
      const picture = `configuration${mood && `-${mood}`}-${name}-${colorScheme}`;
      for (const breach of await accessibilityBreaches(page)) breaches.push(`${picture}: ${breach}`);
      const overflow = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
      if (overflow > 0) breaches.push(`${picture}: ${overflow} px too wide`);
      await keepPicture(page, picture);
    }
  expect(breaches).toEqual([]);
});
