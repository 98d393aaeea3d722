import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { type Browser, type CDPSession, chromium, type Page } from 'playwright-core';
import { preview } from 'vite';
import { compare, median, type Row } from './harness.ts';

// The built portal against its mock of 100 000 assets, in Chromium: how fast it is there on a phone, how evenly it scrolls.

const root = resolve(import.meta.dirname, '../..');
const portal = join(root, 'apps/portal');
const launchWords = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-background-networking',
  '--disable-sync',
  '--no-first-run',
];
const firstLoadBudgetMs = 2000;
const scrollMs = 3000;

/** Milliseconds until the first pictures of the library are there, on a phone four times slower than this machine with a 4G line. */
async function firstLoadMs(browser: Browser, address: string): Promise<number> {
  const context = await browser.newContext({ viewport: { width: 390, height: 844 }, isMobile: true, hasTouch: true });
  const page = await context.newPage();
  const session: CDPSession = await context.newCDPSession(page);
  await session.send('Network.enable');
  await session.send('Network.emulateNetworkConditions', {
    offline: false,
    latency: 40,
    downloadThroughput: 1_250_000,
    uploadThroughput: 375_000,
  });
  await session.send('Emulation.setCPUThrottlingRate', { rate: 4 });
  const start = performance.now();
  await page.goto(address);
  await page.getByRole('gridcell').first().waitFor();
  const took = performance.now() - start;
  await context.close();
  return took;
}

/** Frames per second while something is scrolled at the speed of a quick hand. */
function framesWhileScrolling(page: Page, selector: string): Promise<number> {
  return page.evaluate(
    ([target, ms]) =>
      new Promise<number>((done) => {
        const scroller = document.querySelector(target as string) ?? document.documentElement;
        scroller.scrollTop = 0;
        let frames = 0;
        const start = performance.now();
        const step = (now: number) => {
          frames += 1;
          scroller.scrollTop += 40;
          if (now - start < (ms as number)) requestAnimationFrame(step);
          else done((frames * 1000) / (now - start));
        };
        requestAnimationFrame(step);
      }),
    [selector, scrollMs] as const,
  );
}

/** How much the page jumped by itself while it loaded: the sum of its layout shifts. */
async function layoutShift(browser: Browser, address: string): Promise<number> {
  const page = await browser.newPage({ viewport: { width: 1600, height: 1000 } });
  await page.addInitScript(() => {
    const counter = window as unknown as { shift: number };
    counter.shift = 0;
    new PerformanceObserver((list) => {
      for (const entry of list.getEntries()) counter.shift += (entry as unknown as { value: number }).value;
    }).observe({ type: 'layout-shift', buffered: true });
  });
  await page.goto(address);
  await page.getByRole('gridcell').first().waitFor();
  await page.waitForTimeout(1500);
  const shift = await page.evaluate(() => (window as unknown as { shift: number }).shift);
  await page.close();
  return shift;
}

/** Measures the portal as built. */
export async function run(): Promise<Row[]> {
  if (!existsSync(join(root, 'dist/portal/index.html'))) throw new Error('Build the portal first: npm run build.');
  const server = await preview({
    root: portal,
    configFile: join(portal, 'vite.config.ts'),
    mode: 'mock',
    logLevel: 'error',
    preview: { host: '127.0.0.1', port: 0 },
  });
  const address = server.resolvedUrls?.local[0] ?? '';
  const browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args: launchWords });
  try {
    await firstLoadMs(browser, address);
    const loads = [];
    for (let round = 0; round < 5; round += 1) loads.push(await firstLoadMs(browser, address));
    const grid = await browser.newPage({ viewport: { width: 1600, height: 1000 } });
    await grid.goto(address);
    await grid.getByRole('gridcell').first().waitFor();
    const bare = await browser.newPage({ viewport: { width: 1600, height: 1000 } });
    await bare.setContent(
      '<div style="height: 1000000px; background: repeating-linear-gradient(silver 0 160px, white 160px 164px)"></div>',
    );
    const scrolling = await compare({
      what: 'frames scrolling 100 000 assets, against a bare page',
      unit: '/s',
      goal: { atLeast: 0.9 },
      ours: () => grid.bringToFront().then(() => framesWhileScrolling(grid, '[role=grid]')),
      raw: () => bare.bringToFront().then(() => framesWhileScrolling(bare, 'html')),
    });
    const shift = await layoutShift(browser, address);
    return [
      budgetRow('first pictures on a phone (4× slower, 4G)', loads, firstLoadBudgetMs, 'ms'),
      scrolling,
      budgetRow('layout shift', [shift], 0.01, ''),
    ];
  } finally {
    await browser.close();
    server.httpServer.close();
  }
}

/** A figure against the most we allow. */
function budgetRow(what: string, figures: readonly number[], budget: number, unit: string): Row {
  const ours = median(figures);
  return {
    what,
    ours,
    raw: budget,
    unit,
    ratio: ours / budget,
    spread: (Math.max(...figures) - Math.min(...figures)) / budget,
    goal: '≤ 1 of budget',
    reached: ours <= budget,
  };
}
