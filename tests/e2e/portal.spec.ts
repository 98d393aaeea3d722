/// <reference lib="dom" />
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { keepPicture } from './browser.ts';
import { eachOnMock, mockWith, type PortalOnMock } from './portal-on-mock.ts';

// The portal by itself, against its made-up appliance: huge libraries, small windows, no network, old ways of copying.

const total = 100_000;

let portal: PortalOnMock;
let browser: Browser;
let context: BrowserContext;
let page: Page;
let complaints: string[];

eachOnMock((opened) => {
  ({ portal, context, page, complaints, browser } = opened);
});

const tiles = () => page.getByRole('grid').getByRole('link');
const bar = () => page.getByRole('toolbar', { name: 'Selected assets' });
const says = (text: string | RegExp) => page.getByRole('region', { name: 'Messages' }).getByText(text);

async function openLibrary(address = '/'): Promise<void> {
  await page.goto(portal.address + address);
  await tiles().first().waitFor();
}

async function firstId(path: string): Promise<string> {
  const answer = await page.request.get(`${portal.address}/api/v1${path}`);
  return ((await answer.json()) as { items: { id: string }[] }).items[0]?.id ?? 'none';
}

test('a jump into the middle of a month of a hundred thousand assets asks for what is there, not for all before it', async () => {
  await mockWith(context, portal.address, { 'mock-days': '9' });
  await openLibrary();
  const asked: number[] = [];
  page.on('request', (request) => {
    const address = new URL(request.url());
    if (address.pathname === '/api/v1/assets') asked.push(Number(address.searchParams.get('skip') ?? 0));
  });
  const ruler = await page.getByRole('slider', { name: 'Month' }).boundingBox();
  if (!ruler) throw new Error('The ruler is not on the page.');
  await page.mouse.click(ruler.x + ruler.width / 2, ruler.y + ruler.height / 2);
  const index = async () =>
    Number(
      await tiles()
        .nth(20)
        .getAttribute('data-index', { timeout: 1000 })
        .catch(() => 0),
    );
  await expect.poll(index).toBeGreaterThan(0.4 * total);
  expect(await index()).toBeLessThan(0.6 * total);
  expect(asked.length).toBeLessThanOrEqual(6);
  for (const skip of asked.filter((value) => value > 0)) expect(skip).toBeGreaterThan(0.4 * total);
  expect(complaints).toEqual([]);
});

test('all assets are selected, tagged in batches with progress, and counted', async () => {
  await openLibrary();
  await tiles().first().focus();
  await page.keyboard.press('Control+a');
  await bar().getByText('100\u202f000 assets selected').waitFor();
  await page
    .getByRole('checkbox', { name: /^Select harbour|^Select / })
    .nth(1)
    .click({ force: true });
  await bar().getByText('99\u202f999 assets selected').waitFor();
  await bar().getByRole('button', { name: 'Tag' }).click();
  await page.getByLabel('Find or name a tag').fill('archive of all');
  await page.getByRole('button', { name: /New tag/ }).click();
  await page.getByRole('progressbar', { name: 'Tagging' }).waitFor();
  await says('99\u202f999 assets tagged “archive of all”').waitFor({ timeout: 90_000 });
  expect(complaints).toEqual([]);
}, 120_000);

test('a month of thousands is selected whole, and a great many are not put into the trash without being asked', async () => {
  await mockWith(context, portal.address, { 'mock-assets': '7000', 'mock-days': '9' });
  await openLibrary();
  await page.getByRole('checkbox', { name: 'Select all of November 2026' }).click({ force: true });
  await bar().getByText('7\u202f000 assets selected').waitFor();
  await bar().getByRole('button', { name: 'Move to the trash' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Move 7\u202f000 assets' }).click();
  await page.getByText('The library is empty').waitFor();
  await page.getByRole('region', { name: 'Messages' }).getByRole('button', { name: 'Undo' }).click();
  await says('7\u202f000 assets restored').waitFor();
  await tiles().first().waitFor();
  expect(complaints).toEqual([]);
});

test('on a screen of many pixels, large tiles become sharp once they are looked at', async () => {
  await context.close();
  context = await browser.newContext({ viewport: { width: 1440, height: 900 }, deviceScaleFactor: 2 });
  page = await context.newPage();
  const sharp: string[] = [];
  page.on('request', (request) => {
    if (/renditions\/(preview|poster)/.test(request.url())) sharp.push(request.url());
  });
  await openLibrary();
  await expect.poll(() => page.locator('img[data-sharp][data-shown]').count()).toBeGreaterThan(3);
  const before = sharp.length;
  await page.getByRole('grid').evaluate((grid) => grid.scrollTo(0, 40_000));
  await expect.poll(() => sharp.length).toBeGreaterThan(before);
});

test('on a phone a finger that rests on a picture selects it, and one that taps opens it', async () => {
  await context.close();
  context = await browser.newContext({ viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true });
  page = await context.newPage();
  await openLibrary();
  const touch = (type: string) =>
    tiles().nth(1).dispatchEvent(type, { pointerType: 'touch', bubbles: true, clientX: 9, clientY: 9 });
  await touch('pointerdown');
  await bar().getByText('1 asset selected').waitFor();
  await touch('pointerup');
  await tiles().nth(1).dispatchEvent('click');
  await tiles().nth(2).tap();
  await bar().getByText('2 assets selected').waitFor();
  await bar().getByRole('button', { name: 'Clear the selection' }).tap();
  await tiles().nth(1).tap();
  await page.waitForURL(/\/assets\//);
});

const pages = [
  '/',
  '/search?q=rocket',
  '/collections',
  '/tags',
  '/jobs',
  '/box',
  '/storage',
  '/system',
  '/people',
  '/retention',
  '/erasures',
  '/audit',
];

/** What lies beyond the right edge of the window and in nothing that scrolls sideways, with where it ends. */
const beyondTheEdge = () =>
  page.evaluate(() => {
    const scrolls = (element: Element | null): boolean =>
      element !== null && (/auto|scroll/.test(getComputedStyle(element).overflowX) || scrolls(element.parentElement));
    return [...document.querySelectorAll('body *')].flatMap((element) => {
      const { width, right } = element.getBoundingClientRect();
      const isBeyond = width > 0 && right > innerWidth + 0.5 && !scrolls(element.parentElement);
      return isBeyond ? [`${element.tagName} ${element.className} ends at ${Math.round(right)}`] : [];
    });
  });

test.each([390, 820])('at a width of %d px nothing lies beyond the edge of any page', async (width) => {
  await page.setViewportSize({ width, height: 844 });
  const { items } = (await (await page.request.get(`${portal.address}/api/v1/collections`)).json()) as {
    items: { id: string; name: string }[];
  };
  const longest = items.toSorted((a, b) => b.name.length - a.name.length)[0];
  const places = [...pages, `/collections/${longest?.id}`, `/assets/${await firstId('/assets?limit=1')}`];
  const breaches: string[] = [];
  for (const path of places) {
    await page.goto(portal.address + path);
    await page.getByRole('heading', { level: 1 }).first().waitFor({ state: 'attached' });
    await page.waitForLoadState('networkidle');
    for (const breach of await beyondTheEdge()) breaches.push(`${path}: ${breach}`);
    const bars = await page.evaluate(() =>
      [...document.querySelectorAll('main *')].flatMap((element) =>
        element.scrollWidth > element.clientWidth + 1 && /auto|scroll/.test(getComputedStyle(element).overflowX)
          ? [`${element.className} needs ${element.scrollWidth} of ${element.clientWidth}`]
          : [],
      ),
    );
    for (const breach of bars) breaches.push(`${path}: ${breach}`);
  }
  expect(breaches).toEqual([]);
});

const managed: [path: string, shown: string, action: string | undefined][] = [
  ['/jobs', 'Analysis', 'Run all'],
  ['/box', 'postgresql', undefined],
  ['/storage', 'warm', 'Run now'],
  ['/system', 'API', undefined],
  ['/people', 'Lin Meyer', 'Add a person'],
  ['/audit', 'admin@observatory.example', 'Export as CSV'],
  ['/tags', 'coast', 'New tag'],
  ['/collections', 'Press pictures', 'New collection'],
];

test.each(managed)(
  'without network %s stays readable, says from when it is, and offers nothing that would fail',
  async (path, shown, action) => {
    await page.goto(portal.address + path);
    const main = page.getByRole('main');
    await main.getByText(shown).first().waitFor();
    // Parts of a page are asked for by themselves: what has not come before the network goes does not come.
    if (action) await main.getByRole('button', { name: action }).first().waitFor();
    await context.setOffline(true);
    await main.getByText(/^As it was on/).waitFor();
    expect(await main.getByText(shown).count()).toBeGreaterThan(0);
    if (action) {
      const button = main.getByRole('button', { name: action }).first();
      await expect.poll(() => button.getAttribute('aria-disabled')).toBe('true');
      await button.focus();
      await page.getByRole('tooltip').getByText('You are offline. This needs the appliance.').waitFor();
    }
    await keepPicture(page, `offline${path.replace('/', '-')}`);
    await context.setOffline(false);
    await main.getByText(/^As it was on/).waitFor({ state: 'detached' });
  },
);

test('text is copied also where the browser gives pages no clipboard, as over plain http', async () => {
  await context.grantPermissions(['clipboard-read', 'clipboard-write']);
  await page.addInitScript(() => Object.defineProperty(Navigator.prototype, 'clipboard', { get: () => undefined }));
  await page.goto(`${portal.address}/search?q=fail`);
  await page.getByRole('button', { name: 'Copy correlation id' }).click();
  await says('Correlation id copied').waitFor();
  const other = await context.newPage();
  await other.goto(portal.address);
  await other.bringToFront();
  expect(await other.evaluate(() => navigator.clipboard.readText())).toBe('mock-7f3a9c21');
  expect(complaints.filter((complaint) => !complaint.startsWith('500'))).toEqual([]);
});

test('a page that cannot be built says so under a heading', async () => {
  await page.route('**/api/v1/session', (route) => route.abort());
  await page.goto(portal.address);
  await page.getByRole('heading', { level: 1, name: 'You are offline, or the appliance is' }).waitFor();
});
