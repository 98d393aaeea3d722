/// <reference lib="dom" />
import type { BrowserContext, Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { accessibilityBreaches, keepPicture, sizes } from './browser.ts';
import { eachOnMock, mockWith, type PortalOnMock } from './portal-on-mock.ts';

// The Hardware page against a made-up reference box whose load changes each second.

let portal: PortalOnMock;
let context: BrowserContext;
let page: Page;
let complaints: string[];

eachOnMock((opened) => {
  ({ portal, context, page, complaints } = opened);
});

const section = (name: string) => page.getByRole('region', { name, exact: true });

async function openHardware(): Promise<void> {
  await page.goto(`${portal.address}/box/hardware`);
  await section('Machine').waitFor();
}

test('the inventory says what the machine is made of, which disk fails, and what could not be read', async () => {
  await openHardware();
  await section('Machine').getByText('ProArt X670E-Creator WiFi', { exact: true }).waitFor();
  await section('Machine').getByText('AMD Ryzen 9 7950X 16-Core Processor').waitFor();
  await section('Memory').getByText('Multi-bit ECC').waitFor();
  const failing = section('Disks').getByRole('row').filter({ hasText: 'sde' });
  await failing.getByText('The disk itself expects to fail: replace it.').waitFor();
  expect(await section('Disks').getByText('Good', { exact: true }).count()).toBe(5);
  await section('Not read').getByText('Serial number of the machine').waitFor();
  expect(complaints).toEqual([]);
});

test('what the box does changes while somebody looks', async () => {
  await openHardware();
  const video = section('Who does what').getByRole('row').filter({ hasText: 'video' });
  const first = await video.textContent();
  await expect.poll(() => video.textContent(), { timeout: 8000 }).not.toBe(first);
});

test('it is reached from the box by keyboard, and a virtual machine that tells little is told as such', async () => {
  await mockWith(context, portal.address, { 'mock-hardware': 'virtual' });
  await page.goto(`${portal.address}/box`);
  await page.getByRole('navigation', { name: 'Box' }).getByRole('link', { name: 'Hardware' }).focus();
  await page.keyboard.press('Enter');
  await section('Not read').getByText('The kernel shows no DMI tables here').waitFor();
  await section('Disks').getByText('No disk of its own is seen from here.').waitFor();
});

test('a failure says what failed and what to do', async () => {
  await mockWith(context, portal.address, { 'mock-hardware': 'fail' });
  await page.goto(`${portal.address}/box/hardware`);
  await page.getByText('The hardware could not be read').waitFor({ timeout: 40_000 });
});

test('a viewer sees nothing of the machine', async () => {
  await mockWith(context, portal.address, { mock: 'viewer' });
  await page.goto(`${portal.address}/box/hardware`);
  await page.getByText('The box is not for your role').waitFor();
});

test('the page can be used by everybody and fits every screen, light and dark', async () => {
  await openHardware();
  for (const scheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme: scheme });
    expect(await accessibilityBreaches(page)).toEqual([]);
    for (const { name, ...viewport } of sizes) {
      await page.setViewportSize(viewport);
      const overflow = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
      expect([name, overflow]).toEqual([name, 0]);
      await keepPicture(page, `hardware-${scheme}-${name}`);
    }
  }
});
