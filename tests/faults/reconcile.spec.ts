import { type ChildProcess, execFile } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { AuditModule } from '#audit';
import { AllocationHttpModule, MachinePaths } from '#cores-http';
import { DatabaseModule, SystemDatabase } from '#database';
import { runAs, type TenantContext } from '#kernel';
import type { Appliance } from '#manifest';
import { QueueModule } from '#queue';
import { ChangeCourse, ReconcileModule, ReconcileService } from '#reconcile';
import { addOrganisation, createTestAppliance } from '#testing';
import type { Box } from '../../apps/agent/src/testing/box.ts';
import { makeBox, removeBox } from '../../apps/agent/src/testing/make-box.ts';
import { endBoxAgent, startBoxAgent } from '../integration/reconcile/box-agent.ts';
import { buildWorker } from './pipeline-house.ts';

let box: Box;
let appliance: Appliance;
let agent: ChildProcess | undefined;
let organisation: TenantContext;
let system: SystemDatabase;
let course: ChangeCourse;
let service: ReconcileService;
let paths: Record<string, string>;
let close: () => Promise<void>;

beforeAll(async () => {
  buildWorker();
  box = makeBox();
  writeFileSync(join(box.folder, 'meminfo'), 'MemTotal: 134217728 kB\n');
  paths = { sysfs: join(box.folder, 'sys'), meminfo: join(box.folder, 'meminfo'), agentSocket: box.socket };
  const made = await createTestAppliance();
  appliance = Object.assign(made.appliance, { manifestFile: join(box.folder, 'appliance.yaml') });
  @Module({ imports: [DatabaseModule.of(appliance), QueueModule, AuditModule, ReconcileModule, AllocationHttpModule] })
  class Host {}
  const services = await NestFactory.createApplicationContext(Host, { logger: false });
  Object.assign(services.get(MachinePaths, { strict: false }), paths);
  [system, course, service] = [services.get(SystemDatabase), services.get(ChangeCourse), services.get(ReconcileService)];
  organisation = await addOrganisation(system);
  agent = await startBoxAgent(box.folder);
  close = async () => {
    await services.close();
    await made.remove();
  };
}, 180_000);
afterAll(async () => {
  await endBoxAgent(agent, 'SIGKILL');
  await close?.();
  removeBox(box);
});

const threads = () => Number(/video, class: noisy, threads: (\d+)/.exec(readFileSync(appliance.manifestFile, 'utf8'))?.[1]);
const held = () =>
  box.host.state.runtime['holdfast-video.slice']?.length ?? box.host.state.live['holdfast-video.slice']?.length;
const newest = async () => {
  const text = 'SELECT * FROM reconcile_change ORDER BY id DESC LIMIT 1';
  return (await system.run((sql) => sql.rows<{ id: string; state: string; manifest_generation: number | null }>(text)))[0];
};
const applyAndKeep = (count: number, failpoint: string) =>
  promisify(execFile)(
    process.execPath,
    [
      join(import.meta.dirname, 'reconcile.child.ts'),
      ...[JSON.stringify(appliance), organisation.organisationId],
      ...[JSON.stringify(paths), JSON.stringify({ 'video.threads': count })],
    ],
    { env: { PATH: process.env.PATH, HOLDFAST_LOG_LEVEL: 'fatal', HOLDFAST_FAILPOINT: failpoint } },
  );

test.each([
  ['reconcile.planned', 4, 'failed'],
  ['reconcile.applying', 4, 'failed'],
  ['reconcile.applied', 4, 'waiting'],
  ['reconcile.answered', 8, 'committed'],
  ['reconcile.committed', 4, 'committed'],
  ['reconcile.declared', 8, 'committed'],
] as const)('killed at %s, the next process ends the change as the host has it', async (failpoint, count, state) => {
  const before = threads();
  await expect(applyAndKeep(count, failpoint)).rejects.toMatchObject({ signal: 'SIGKILL' });
  await system.run((sql) =>
    sql.run(`UPDATE reconcile_change SET started_at = now() - interval '5 min' WHERE ended_at IS NULL`),
  );
  await course.settle();
  expect(await newest()).toMatchObject({ state });
  if (state === 'waiting') {
    expect([held(), threads()]).toEqual([count, before]);
    const id = (await newest())?.id ?? '';
    expect(await runAs(organisation, () => service.confirm('cores', id))).toMatchObject({ state: 'committed' });
  }
  if (state === 'failed') expect(threads()).toBe(before);
  else expect([held(), threads()]).toEqual([count, count]);
  const told = (await newest())?.manifest_generation;
  if (failpoint !== 'reconcile.declared' && state !== 'failed') expect(told).toBeGreaterThan(0);
  await course.settle();
  expect((await newest())?.manifest_generation).toBe(told);
});
