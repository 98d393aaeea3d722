import { join } from 'node:path';
import { expect, test } from 'vitest';
import { findCheckout, profileFolder, readManifest, settleFigures, type WorkloadSettings } from '#manifest';
import { settingChanges, settingReasons, withSentences } from './settings-reasons.ts';

const folder = profileFolder(findCheckout());
const reference = settleFigures(readManifest(join(folder, 'ryzen-7950x-4090.yaml'), folder));
const declared = reference.workloads;
const wish = (id: string, change: Partial<WorkloadSettings>) => ({
  declared,
  wished: declared.map((workload) => (workload.id === id ? { ...workload, ...change } : workload)),
});

test('nothing wished, nothing told', () => {
  expect(settingReasons(reference, { declared, wished: declared })).toEqual([]);
});

test('more memory for Redis says what it is told from its next start', () => {
  const wished = wish('redis', { memory: { minMb: 8192, highMb: 18_000, maxMb: 20_480 } });
  expect(settingReasons(reference, wished)).toEqual([
    { workload: 'redis', sentence: 'redis: maxmemory 8192 → 16384 MB, from its next start.' },
  ]);
});

test('what servers are told other than now is a change of the plan that awaits a restart', () => {
  const services = ['holdfast-api.service', 'postgresql@.service', 'redis-server.service'];
  const nothing = { changes: [], restarts: [] };
  expect(settingChanges(reference, { declared, wished: declared }, services)).toEqual(nothing);
  const memory = { minMb: 1, highMb: 18_000, maxMb: 20_480 };
  expect(settingChanges(reference, wish('redis', { memory }), services)).toEqual({
    changes: [{ subject: 'redis', what: 'maxmemory', from: '8192 MB', to: '16384 MB', restartNeeded: true }],
    restarts: ['redis-server.service'],
  });
  const threads = settingChanges(reference, wish('postgresql', { threads: 8 }), services);
  expect(threads.changes.map(({ what }) => what)).toContain('max_parallel_workers');
  expect(threads.restarts).toEqual(['postgresql@.service']);
  expect(settingChanges(reference, wish('video', { threads: 8 }), services)).toEqual(nothing);
});

test('a slice too small for its program says so', () => {
  const sentences = settingReasons(reference, wish('postgresql', { memory: { minMb: 1, highMb: 300, maxMb: 300 } }));
  expect(sentences.map(({ sentence }) => sentence)).toContainEqual(
    expect.stringMatching(/^Does not fit: PostgreSQL may need \d+ MB .+; postgresql has 300 MB\.$/),
  );
});

test('sentences come after the reasons that are there', () => {
  const reasons = { redis: ['Keeps the CPUs that it has.'] };
  const more = [
    { workload: 'redis', sentence: 'one' },
    { workload: 'api', sentence: 'two' },
  ];
  expect(withSentences(reasons, more)).toEqual({ redis: ['Keeps the CPUs that it has.', 'one'], api: ['two'] });
  expect(reasons.redis).toHaveLength(1);
});
