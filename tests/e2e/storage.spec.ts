/// <reference lib="dom" />
import type { BrowserContext, Page } from 'playwright-core';
import { beforeEach, expect, test } from 'vitest';
import { accessibilityBreaches, keepPicture, sizes } from './browser.ts';
import { eachOnMock, mockWith, type PortalOnMock } from './portal-on-mock.ts';

// The Storage page against the made-up appliance: disks that are full, away or new, and a mover that moves.

let portal: PortalOnMock;
let context: BrowserContext;
let page: Page;
let complaints: string[];

eachOnMock((opened) => {
  ({ portal, context, page, complaints } = opened);
});

beforeEach(async () => {
  // A world for each test: what is pinned or run in one is not there in the next.
  worldSize += 1;
  await mockWith(context, portal.address, { 'mock-assets': String(worldSize) });
});

let worldSize = 300;
const tier = (name: string) => page.getByRole('article', { name: `Tier ${name}` });
const section = (name: string | RegExp) => page.getByRole('region', { name });
const button = (name: string | RegExp) => page.getByRole('button', { name });
const says = (text: string | RegExp) => page.getByRole('region', { name: 'Messages' }).getByText(text).waitFor();

async function openStorage(address = '/storage'): Promise<void> {
  await page.goto(portal.address + address);
  await tier('cold').waitFor();
}

test('every tier says how full it is, with what, under which marks, how its disks are and when it will be full', async () => {
  await openStorage();
  const vessel = tier('hot').getByRole('img', { name: /^hot: / });
  expect(await vessel.getAttribute('aria-label')).toBe(
    'hot: 88.4 % used; 2.61 TB originals, 620 GB renditions, 306 GB everything else; marks at 75, 85 and 92 %.',
  );
  await tier('hot').getByText('Above high').waitFor();
  await tier('hot').getByText('Full in 28–68 days').waitFor();
  await tier('cold').getByText('reallocated sector ct 12').waitFor();
  await tier('cold').getByText('Not known, because smartctl is not installed.').waitFor();
  await section('Flow over 30 days')
    .getByRole('img', { name: /^hot to warm, a day: most .+ on / })
    .waitFor();
  await section('Last used, by tier').getByRole('rowheader', { name: 'over 365 days' }).waitFor();
  expect(complaints).toEqual([]);
});

test('a vessel is filled exactly as far as the tier is used', async () => {
  await openStorage();
  const [top, ground, wall] = await tier('hot').evaluate((card) => {
    const boxes = [...card.querySelectorAll('svg[role=img] rect')].map((rect) => rect.getBoundingClientRect());
    const filled = boxes.slice(1).filter(({ height }) => height > 0);
    const whole = boxes[0] as DOMRect;
    return [Math.min(...filled.map((box) => box.top)), whole.bottom, whole.top];
  });
  expect(((ground ?? 0) - (top ?? 0)) / ((ground ?? 0) - (wall ?? 0))).toBeCloseTo(0.884, 2);
});

test('a disk that is away is unmistakable: the reason, what to do, and no figures that nobody has', async () => {
  await mockWith(context, portal.address, { 'mock-tiers': 'trouble' });
  await openStorage();
  await tier('warm')
    .getByRole('alert')
    .getByText(/carries no marker.+Mount its disk again/)
    .waitFor();
  expect(
    await tier('warm')
      .getByRole('img', { name: /^warm: / })
      .getAttribute('aria-label'),
  ).toContain('It cannot be measured');
  await tier('warm').getByText('Not enough history yet').waitFor();
  await tier('cold')
    .getByRole('alert')
    .getByText(/cannot be written/)
    .waitFor();
  await tier('hot')
    .getByText(/Only 4 % of its inodes are free/)
    .waitFor();
  await section('Needs a look')
    .getByText(/37 files on hot that no row knows/)
    .waitFor();
  await section('Tonight’s plan').getByText('hot is above 92 %, and no slower tier is ready.').waitFor();
  expect(await page.getByText('No tier is short of room').count()).toBe(0);
  expect(complaints).toEqual([]);
});

test('tonight’s plan is listed with reasons, what stays and why, and each object is explained beside it, opened and closed by key', async () => {
  await openStorage();
  const plan = section('Tonight’s plan');
  await plan.getByRole('cell', { name: 'not read for 30 days' }).waitFor();
  await plan.getByText('came to its tier less than 24 hours ago').waitFor();
  const list = plan.getByRole('list', { name: 'Planned moves, in their order' });
  expect(await list.getByRole('listitem').count()).toBeLessThan(40);
  await list.getByRole('button', { name: 'Explain object 00000000' }).focus();
  await page.keyboard.press('Enter');
  const drawer = page.getByRole('dialog', { name: 'Where it lies' });
  await drawer.getByText('It came from hot to warm: not read for 24 hours.').waitFor();
  await page.waitForURL(/object=/);
  expect(await accessibilityBreaches(page)).toEqual([]);
  await page.keyboard.press('Escape');
  await drawer.waitFor({ state: 'detached' });
  await plan.getByRole('combobox', { name: 'Plan for' }).selectOption('now');
  await page.waitForURL(/plan=now/);
  await section('The plan of now').waitFor();
  expect(complaints).toEqual([]);
});

test('a run is confirmed by its digest, count and bytes, and followed until it ends', async () => {
  await openStorage();
  await button('Run now').click();
  const dialog = page.getByRole('dialog', { name: 'Move now?' });
  await dialog.getByText(/1\u202f225 objects, 398 GB/).waitFor();
  await dialog.getByText(/^20261121T180500\.000Z-[0-9a-f]{64}$/).waitFor();
  expect(await accessibilityBreaches(page)).toEqual([]);
  await dialog.getByRole('button', { name: 'Move 1\u202f225 objects' }).click();
  await says('1\u202f225 moves begun');
  const progress = section('Moving now').getByRole('progressbar');
  await expect.poll(async () => Number(await progress.getAttribute('aria-valuenow')), { timeout: 15_000 }).toBeGreaterThan(10);
  await section('Moving now')
    .getByText(/GB\/s, about .+ left/)
    .waitFor();
  await button('Run now').hover();
  await page.getByRole('tooltip').getByText('A run is under way.').waitFor();
  await section('Moving now').waitFor({ state: 'detached', timeout: 40_000 });
  await section('Last runs').getByText('asked for by admin@observatory.example').waitFor();
  expect(complaints).toEqual([]);
});

test('a plan that is another by now is not run, and can be looked at again', async () => {
  await mockWith(context, portal.address, { 'mock-tiers': 'changed' });
  await openStorage();
  await button('Run now').click();
  const dialog = page.getByRole('dialog', { name: 'Move now?' });
  await dialog.getByRole('button', { name: /^Move 1/ }).click();
  await dialog.getByText(/The plan would be another by now/).waitFor();
  await dialog.getByRole('button', { name: 'Look at the plan again' }).click();
  await dialog.getByRole('button', { name: /^Move 1/ }).waitFor();
});

test('failed moves are found and say what went wrong', async () => {
  await openStorage();
  await page.getByRole('combobox', { name: 'Which moves' }).selectOption('failed');
  await page.waitForURL(/moves=failed/);
  const moves = page.getByRole('table', { name: /Moves, newest first/ });
  await expect.poll(() => moves.getByRole('row').count()).toBe(7);
  expect(await moves.getByText(/its SHA-256 differs.+STORAGE_SOURCE_DAMAGED/).count()).toBe(6);
});

test('a move is known by the name of what it moves, which leads there; what is no asset’s has its id', async () => {
  await openStorage();
  const moves = page.getByRole('table', { name: /Moves, newest first/ });
  const first = moves.getByRole('row').nth(1);
  await first.getByRole('img', { name: /Image|Video|Document/ }).waitFor();
  await moves.getByText('rendition').first().waitFor();
  expect(await moves.getByRole('row').nth(9).getByRole('link').count()).toBe(0);
  await moves.scrollIntoViewIfNeeded();
  await keepPicture(page, 'storage-moves');
  await section('Tonight’s plan').getByRole('list', { name: 'Planned moves, in their order' }).scrollIntoViewIfNeeded();
  await keepPicture(page, 'storage-plan');
  const link = first.getByRole('link');
  const name = (await link.textContent()) ?? '';
  await link.click();
  await page.waitForURL(/assets\/.+tab=storage/);
  await page.getByRole('heading', { name }).waitFor();
  expect(complaints).toEqual([]);
});

test('a new appliance foretells nothing and moves nothing, and says so', async () => {
  await mockWith(context, portal.address, { 'mock-tiers': 'new' });
  await openStorage('/storage?plan=now');
  await tier('hot').getByText('Not enough history yet').waitFor();
  await tier('hot').getByText('On one file system with warm and cold: moving between them makes no room.').waitFor();
  await page.getByText('Nothing has moved in 30 days').waitFor();
  await page.getByText('Nothing would move', { exact: true }).waitFor();
  await button('Run now').focus();
  await page.getByRole('tooltip').getByText('Nothing would move now.').waitFor();
  expect(complaints).toEqual([]);
});

test('what cannot be read says so in its place, and the rest stays', async () => {
  await mockWith(context, portal.address, { 'mock-tiers': 'partly' });
  await openStorage();
  for (const failed of ['The plan could not be made', 'The forecast could not be read', 'The ages could not be read'])
    await page.getByText(failed).waitFor();
  await section('Flow over 30 days').getByRole('img').first().waitFor();
  await mockWith(context, portal.address, { 'mock-tiers': 'fail' });
  await page.reload();
  await page.getByRole('alert').getByRole('heading', { name: 'The tiers could not be read' }).waitFor();
  await button('Copy correlation id').waitFor();
});

test('an asset says where it lies; an administrator pins it and lets it go', async () => {
  const { items } = (await (await page.request.get(`${portal.address}/api/v1/assets?limit=1`)).json()) as {
    items: { id: string }[];
  };
  await page.goto(`${portal.address}/assets/${items[0]?.id}?tab=storage`);
  const details = page.getByRole('complementary', { name: 'Details' });
  await details.getByText(/It moves to (warm|cold) when nobody has read it/).waitFor();
  await button('Unpin').focus();
  await page.getByRole('tooltip').getByText('It is not pinned.').waitFor();
  await details.getByRole('combobox', { name: 'Tier to pin it to' }).selectOption('cold');
  await button('Pin to cold').click();
  await says('Pinned to cold');
  await details.getByText('It moves to cold at the next run, because it is pinned there.').waitFor();
  expect(await accessibilityBreaches(page)).toEqual([]);
  await button('Unpin').click();
  await details.getByText('Pinned to cold', { exact: true }).waitFor({ state: 'detached' });
  await details.getByRole('switch', { name: 'Never move it' }).click();
  await details.getByText('No rule moves it.').waitFor();
  expect(complaints).toEqual([]);
});

test('an operator looks and may not move; a viewer sees no storage at all', async () => {
  await mockWith(context, portal.address, { mock: 'operator' });
  await openStorage();
  await button('Run now').focus();
  await page.getByRole('tooltip').getByText('Your role may not move objects').waitFor();
  await mockWith(context, portal.address, { mock: 'viewer' });
  await page.goto(`${portal.address}/storage`);
  await page.getByText('Storage is not for your role').waitFor();
  const rail = page.getByRole('navigation', { name: 'Main' });
  expect(await rail.getByRole('link', { name: 'Storage' }).count()).toBe(0);
  const { items } = (await (await page.request.get(`${portal.address}/api/v1/assets?limit=1`)).json()) as {
    items: { id: string }[];
  };
  await page.goto(`${portal.address}/assets/${items[0]?.id}?tab=storage`);
  await page.getByRole('tab', { name: 'History' }).waitFor();
  expect(await page.getByRole('tab', { name: 'Storage' }).count()).toBe(0);
});

test.each([
  ['SEALED', 'The keys are sealed. No media can be read or stored.'],
  ['UNSEALING', 'The keys are being unsealed.'],
  ['DEGRADED', 'The keys are degraded. Nothing new is stored. What was opened before can be read until'],
])('while the keys are %s administrators are told on every page, and nobody else', async (state, words) => {
  await mockWith(context, portal.address, { 'mock-keys': state });
  for (const path of ['/', '/storage']) {
    await page.goto(portal.address + path);
    await page.getByRole('status').filter({ hasText: words }).waitFor();
  }
  expect(await accessibilityBreaches(page)).toEqual([]);
  await keepPicture(page, `keys-${state.toLowerCase()}`);
  await mockWith(context, portal.address, { mock: 'operator' });
  await page.reload();
  await tier('hot').waitFor();
  expect(await page.getByText('The keys are').count()).toBe(0);
});

test.each(['light', 'dark'] as const)('in the %s theme the page is accessible and within every window', async (colorScheme) => {
  const breaches: string[] = [];
  for (const mood of ['well', 'trouble'])
    for (const { name, width, height } of sizes) {
      await page.emulateMedia({ colorScheme });
      await page.setViewportSize({ width, height });
      await mockWith(context, portal.address, { 'mock-tiers': mood });
      await openStorage();
      await page.waitForLoadState('networkidle');
      for (const breach of await accessibilityBreaches(page)) breaches.push(`${mood} ${name}: ${breach}`);
      await keepPicture(page, `storage-${mood}-${name}-${colorScheme}`);
    }
  expect(breaches).toEqual([]);
});
