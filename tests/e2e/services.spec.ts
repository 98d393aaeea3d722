/// <reference lib="dom" />
import type { BrowserContext, Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { accessibilityBreaches, keepPicture, sizes } from './browser.ts';
import { eachOnMock, mockWith, type PortalOnMock } from './portal-on-mock.ts';

// Box → Services against a made-up box under systemd.

let portal: PortalOnMock;
let context: BrowserContext;
let page: Page;
let complaints: string[];

eachOnMock((opened) => {
  ({ portal, context, page, complaints } = opened);
});

const button = (name: string | RegExp) => page.getByRole('button', { name });
const row = (name: RegExp) => page.getByRole('table', { name: 'Services of the appliance' }).getByRole('row', { name });

async function openServices(address = '/box/services'): Promise<void> {
  await page.goto(portal.address + address);
  await page.getByRole('table', { name: 'Services of the appliance' }).waitFor();
}

test('each service says how it is, whether it answers, and on which CPUs', async () => {
  await page.goto(`${portal.address}/box`);
  await page.getByRole('navigation', { name: 'Box' }).getByRole('link', { name: 'Services' }).click();
  await page.getByText('All 7 services run and answer').waitFor();
  await page.getByText('systemd keeps them running.').waitFor();
  expect(await row(/^PostgreSQL/).textContent()).toMatch(
    /Running.*Answers in 2 ms\..*holdfast-postgresql\.slice.*CPU 3-4,19-20/,
  );
  expect(complaints).toEqual([]);
});

test('the log is followed, and filtered by level and by words; with the keyboard alone', async () => {
  await openServices();
  await button('API and portal: details and log').focus();
  await page.keyboard.press('Enter');
  const log = page.getByRole('group', { name: 'Log of API and portal' });
  await log
    .getByText(/answered with 200/)
    .first()
    .waitFor();
  await page.waitForURL(/service=api/);
  const first = await log.locator('div').count();
  await expect.poll(() => log.locator('div').count(), { timeout: 6000 }).toBeGreaterThan(first);
  await page.getByRole('combobox', { name: 'Level' }).selectOption('error');
  await log
    .getByText(/A request failed/)
    .first()
    .waitFor();
  expect(await log.getByText(/answered with 200/).count()).toBe(0);
  await page.getByRole('textbox', { name: 'Only lines with' }).fill('no such words');
  await page.getByText('0 lines of journal of api').waitFor();
  await page.keyboard.press('Escape');
  await page.waitForURL((url) => !url.search.includes('service'));
});

test('a restart says what it interrupts, and is seen while it happens', async () => {
  await openServices('/box/services?service=keyd');
  await button('Restart').click();
  await page.getByText(/It comes back sealed \(passphrase\)/).waitFor();
  expect(await accessibilityBreaches(page)).toEqual([]);
  await button('Restart Keystore').click();
  await page.getByRole('region', { name: 'Messages' }).getByText('Keystore is being restarted').waitFor();
  await page.keyboard.press('Escape');
  await row(/^Keystore/)
    .getByText('Starting')
    .waitFor();
});

test('what failed is said first; what cannot be restarted says why', async () => {
  await mockWith(context, portal.address, { 'mock-services': 'trouble' });
  await openServices();
  await page.getByText('Redis: degraded; Worker media: failed').waitFor();
  expect(await row(/^Worker media/).textContent()).toMatch(/started again 5×.*No sign of life; its jobs wait\./);
  await button('Host agent: details and log').click();
  await button('Restart').focus();
  await page
    .getByRole('tooltip')
    .getByText(/sudo systemctl restart/)
    .waitFor();
});

test('without the host agent the page names the command for logs; what cannot be read is said', async () => {
  await mockWith(context, portal.address, { 'mock-services': 'barred' });
  await openServices('/box/services?service=api');
  await page.getByText(/host control unavailable: no agent is installed.*sudo journalctl -u holdfast-api/).waitFor();
  await mockWith(context, portal.address, { 'mock-services': 'fail' });
  await page.reload();
  await page.getByRole('alert').getByRole('heading', { name: 'The services could not be read' }).waitFor();
});

test('an operator looks, but reads no logs and restarts nothing', async () => {
  await mockWith(context, portal.address, { mock: 'operator' });
  await openServices('/box/services?service=redis');
  await page.getByText('Logs are not for your role').waitFor();
  await button('Restart').focus();
  await page
    .getByRole('tooltip')
    .getByText(/Your role may not restart services/)
    .waitFor();
});

test.each(['light', 'dark'] as const)('in the %s theme the page is accessible and within every window', async (colorScheme) => {
  const breaches: string[] = [];
  await page.emulateMedia({ colorScheme });
  await mockWith(context, portal.address, { 'mock-services': 'trouble' });
  for (const { name, width, height } of sizes)
    for (const address of name === 'laptop' ? ['/box/services'] : ['/box/services', '/box/services?service=api']) {
      await page.setViewportSize({ width, height });
      await openServices(address);
      const line = page.getByText(/answered with 200/).first();
      if (address.includes('?')) await line.waitFor();
      const picture = `${address.includes('?') ? 'service' : 'services'}-${name}-${colorScheme}`;
      for (const breach of await accessibilityBreaches(page)) breaches.push(`${picture}: ${breach}`);
      const overflow = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
      if (overflow > 0) breaches.push(`${picture}: ${overflow} px too wide`);
      await keepPicture(page, picture);
    }
  expect(breaches).toEqual([]);
});
