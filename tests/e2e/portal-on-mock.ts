import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { preview } from 'vite';
import { afterAll, afterEach, beforeAll, beforeEach } from 'vitest';
import { findCheckout } from '#manifest';
import { openBrowser, watchComplaints } from './browser.ts';

/** The built portal on its own made-up appliance: for libraries, names and failures that a real one takes too long to get. */
export interface PortalOnMock {
  address: string;
  stop(): Promise<void>;
}

/** Serves it on a free port. Throws where the portal is not built. */
export async function startPortalOnMock(): Promise<PortalOnMock> {
  const portal = join(findCheckout(), 'apps/portal');
  if (!existsSync(join(findCheckout(), 'dist/portal/index.html'))) throw new Error('Build the portal first: npm run build.');
  const server = await preview({
    root: portal,
    configFile: join(portal, 'vite.config.ts'),
    mode: 'mock',
    logLevel: 'error',
    preview: { host: '127.0.0.1', port: 0 },
  });
  return { address: (server.resolvedUrls?.local[0] ?? '').replace(/\/$/, ''), stop: () => server.close() };
}

/** Tells the made-up appliance how to be, by the cookies that `apps/portal/README.md` lists. */
export async function mockWith(context: BrowserContext, address: string, wishes: Record<string, string>): Promise<void> {
  await context.addCookies(Object.entries(wishes).map(([name, value]) => ({ name, value, url: address })));
}

/** A page of its own for one test, on the portal and browser that all tests of a file share. */
export interface MockPage {
  portal: PortalOnMock;
  browser: Browser;
  context: BrowserContext;
  page: Page;
  complaints: string[];
}

/** Opens portal and browser for all tests of the calling file, and hands a fresh page to `take` before each. */
export function eachOnMock(take: (opened: MockPage) => void): void {
  let portal: PortalOnMock;
  let browser: Browser;
  let context: BrowserContext;
  beforeAll(async () => {
    [portal, browser] = await Promise.all([startPortalOnMock(), openBrowser()]);
  });
  afterAll(async () => {
    await browser?.close();
    await portal?.stop();
  });
  beforeEach(async () => {
    context = await browser.newContext({ viewport: { width: 1440, height: 900 }, reducedMotion: 'reduce' });
    context.setDefaultTimeout(20_000);
    const page = await context.newPage();
    take({ portal, browser, context, page, complaints: watchComplaints(page) });
  });
  afterEach(() => context.close());
}
