/// <reference lib="dom" />
import type { ChildProcess } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { MachinePaths } from '#cores-http';
import { SetupService } from '#identity';
import { createTestAppliance } from '#testing';
import type { Box } from '../../apps/agent/src/testing/box.ts';
import { makeBox, removeBox } from '../../apps/agent/src/testing/make-box.ts';
import { createApi } from '../../apps/api/src/create-api.ts';
import { endBoxAgent, startBoxAgent } from '../integration/reconcile/box-agent.ts';
import { accessibilityBreaches, keepPicture, openBrowser, watchComplaints } from './browser.ts';

// The pages of the box against the real api, a real host agent in a process of its own, and a made-up 7950X below it.

let app: NestFastifyApplication;
let remove: () => Promise<void>;
let box: Box;
let agent: ChildProcess;
let browser: Browser;
let page: Page;
let address: string;
let complaints: string[];

beforeAll(async () => {
  const made = await createTestAppliance();
  remove = made.remove;
  box = makeBox();
  writeFileSync(join(box.folder, 'meminfo'), 'MemTotal: 134217728 kB\nMemAvailable: 100000000 kB\n');
  Object.assign(made.appliance, { manifestFile: join(box.folder, 'appliance.yaml'), workloads: box.workloads() });
  made.appliance.listen.port = await freePort();
  app = await createApi(made.appliance);
  const paths = { sysfs: join(box.folder, 'sys'), meminfo: join(box.folder, 'meminfo'), agentSocket: box.socket };
  Object.assign(app.get(MachinePaths, { strict: false }), paths);
  await app.listen(made.appliance.listen.port, '127.0.0.1');
  address = `http://127.0.0.1:${made.appliance.listen.port}`;
  [agent, browser] = await Promise.all([startBoxAgent(box.folder), openBrowser()]);
  page = await browser.newPage({ viewport: { width: 1440, height: 900 }, reducedMotion: 'reduce' });
  page.setDefaultTimeout(20_000);
  complaints = watchComplaints(page);
}, 120_000);
afterAll(async () => {
  await browser?.close();
  await endBoxAgent(agent);
  await app?.close();
  await remove?.();
  if (box) removeBox(box);
}, 60_000);

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => probe.once('listening', resolve));
  const { port } = probe.address() as { port: number };
  await new Promise((resolve) => probe.close(resolve));
  return port;
}

const section = (name: string | RegExp) => page.getByRole('region', { name });
const button = (name: string | RegExp) => page.getByRole('button', { name });
const dialog = () => page.getByRole('dialog');
const banner = () => section(/^A change of (Cores|Memory) waits$/);
const manifest = () => readFileSync(join(box.folder, 'appliance.yaml'), 'utf8');

async function apply(wait = '60'): Promise<void> {
  await button('Apply…').click();
  await dialog().getByRole('combobox', { name: 'Goes back by itself after' }).selectOption(wait);
  await dialog().getByRole('button', { name: 'Apply' }).click();
  await banner().waitFor();
}

test('an administrator applies a budget to the machine, and what is kept is declared', async () => {
  await page.goto(`${address}/setup#token=${await app.get(SetupService).createLinkToken()}`);
  await page.getByLabel('Organisation').fill('Harbour Museum');
  await page.getByLabel('Your name').fill('Ada Brandt');
  await page.getByLabel('Your e-mail').fill('ada@example.org');
  await page.getByLabel('Password', { exact: true }).fill('a password of length');
  await button('Set up the appliance').click();
  await page.getByRole('navigation', { name: 'Main' }).first().waitFor();
  await page.goto(`${address}/box?try=video:8`);
  await apply();
  await banner()
    .getByText(/By Ada Brandt\.$/)
    .waitFor();
  expect(box.host.state.runtime['holdfast-video.slice']).toHaveLength(8);
  expect(manifest()).toContain('video, class: noisy, threads: 6');
  expect(await accessibilityBreaches(page)).toEqual([]);
  await keepPicture(page, 'box-live-waiting');
  await banner().getByRole('button', { name: 'Keep' }).click();
  await section('Messages').getByText(': kept').waitFor();
  await banner().waitFor({ state: 'detached' });
  expect(manifest()).toContain('video, class: noisy, threads: 8');
  await section('Last change').getByText('Generation 1').waitFor();
  await keepPicture(page, 'box-live-kept');
});

test('what is taken back is as it was on the machine and in the manifest', async () => {
  await page.goto(`${address}/box?try=video:6`);
  await section('What would change').waitFor();
  await apply('300');
  expect(box.host.state.runtime['holdfast-video.slice']).toHaveLength(6);
  await banner().getByRole('button', { name: 'Revert now' }).click();
  await banner().waitFor({ state: 'detached' });
  await expect.poll(() => box.host.state.runtime['holdfast-video.slice']?.length).toBe(8);
  expect(manifest()).toContain('video, class: noisy, threads: 8');
});

test('limits of memory are applied in the same way, and the history tells both', async () => {
  await page.goto(`${address}/box/memory?try=video.memoryMinMb:1024,video.memoryHighMb:8192,video.memoryMaxMb:9216`);
  await section('What would change').getByRole('listitem').filter({ hasText: 'video memory at most' }).waitFor();
  await apply();
  await banner().getByRole('button', { name: 'Keep' }).click();
  await banner().waitFor({ state: 'detached' });
  expect(manifest()).toMatch(/video.*highMb: 8192/s);
  await page.goto(`${address}/box/history?domain=memory`);
  await page
    .getByRole('row', { name: /Ada Brandt.*Kept/ })
    .first()
    .waitFor();
  await keepPicture(page, 'box-live-history');
  expect(complaints).toEqual([]);
});
