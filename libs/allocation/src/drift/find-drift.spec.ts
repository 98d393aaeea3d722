import { expect, test } from 'vitest';
import { type GroupLimits, noLimits } from '../render/group-limits.ts';
import type { DesiredCores, Drift, ObservedCores } from './drift.ts';
import { findDrift } from './find-drift.ts';

const video = { path: 'holdfast-video.slice', text: '[Slice]\nAllowedCPUs=8-10\n' };
const desired: DesiredCores = {
  topologyHash: 'a'.repeat(64),
  files: [video],
  groups: { 'holdfast-video.slice': [8, 9, 10], 'system.slice': [0, 1] },
  limits: { 'holdfast-video.slice': { ...noLimits, memoryMax: 2 ** 30 } },
  services: { 'redis-server.service': 'holdfast-redis.slice' },
  owned: [8, 9, 10],
  interrupts: [0, 1],
};
const asPlanned: ObservedCores = {
  topologyHash: desired.topologyHash,
  files: { [video.path]: video.text },
  groups: [
    { name: 'holdfast-video.slice', effective: [8, 9, 10], property: [8, 9, 10] },
    { name: 'system.slice', effective: [0, 1], property: null },
  ],
  services: { 'redis-server.service': 'holdfast-redis.slice' },
  threads: [{ id: 7, name: 'ffmpeg', group: 'holdfast-video.slice', allowed: [8, 9, 10] }],
  interrupts: [{ id: '24', name: 'eth0', allowed: [0], isMovable: true }],
};

const seen = (change: Partial<ObservedCores>): Drift[] => findDrift(desired, { ...asPlanned, ...change });
const group = (name: string, effective: number[], property: number[] | null = null) => ({
  groups: [...asPlanned.groups.filter((one) => one.name !== name), { name, effective, property }],
});

const limited = (change: Partial<GroupLimits>, kernelLimits?: Partial<GroupLimits>) => ({
  groups: [
    { name: 'holdfast-video.slice', effective: [8, 9, 10], property: null, limits: { ...noLimits, ...change }, kernelLimits },
  ],
});

test('a machine that is as planned has none', () => {
  expect(seen({})).toEqual([]);
});

test.each<[string, Partial<ObservedCores>, Partial<Drift>]>([
  [
    'F an edited file, with the line',
    { files: { [video.path]: '[Slice]\nAllowedCPUs=8-11\n' } },
    { kind: 'F', subject: video.path, expected: 'AllowedCPUs=8-10', seen: 'AllowedCPUs=8-11', heals: false },
  ],
  ['F a removed file', { files: { [video.path]: null } }, { kind: 'F', seen: 'no file', cause: 'Somebody removed it.' }],
  [
    'P a property that somebody set',
    group('holdfast-video.slice', [8, 9, 10], [8, 9]),
    { kind: 'P', expected: '8-10', seen: '8-9', heals: true },
  ],
  [
    'K what the kernel silently inherited',
    group('holdfast-video.slice', [0, 1, 8, 9, 10, 11]),
    { kind: 'K', expected: '8-10', seen: '0-1,8-11', cause: expect.stringContaining('the group above'), heals: true },
  ],
  ['K a mask that was written by hand', group('system.slice', [0]), { kind: 'K', subject: 'system.slice', seen: '0' }],
  [
    'P memory that somebody set',
    limited({ memoryMax: 2 ** 31 }),
    { kind: 'P', subject: 'holdfast-video.slice MemoryMax', expected: '1024M', seen: '2048M', heals: true },
  ],
  [
    'P a limit that somebody took away',
    limited({ memoryMax: null }),
    { kind: 'P', subject: 'holdfast-video.slice MemoryMax', seen: 'infinity' },
  ],
  [
    'K memory that somebody wrote by hand',
    limited({ memoryMax: 2 ** 30 }, { memoryMax: 2 ** 30, memoryMin: 4096 }),
    { kind: 'K', subject: 'holdfast-video.slice MemoryMin', expected: '0', seen: '4096', heals: true },
  ],
  [
    'K a group below that is a partition of its own',
    { groups: [{ name: 'system.slice', effective: [0, 1], property: null, below: [0, 5] }] },
    { kind: 'K', subject: 'below system.slice', seen: '0,5', heals: false },
  ],
  [
    'X a foreign group on a workload’s CPUs',
    group('kubepods.slice', [0, 8, 9]),
    { kind: 'X', subject: 'kubepods.slice', seen: '8-9', heals: false },
  ],
  [
    'T a thread that bound itself',
    { threads: [{ id: 7, name: 'ffmpeg', group: 'holdfast-video.slice', allowed: [8] }] },
    { kind: 'T', subject: 'ffmpeg (7) in holdfast-video.slice', expected: '8-10', seen: '8' },
  ],
  [
    'I an interrupt on a workload’s CPU',
    { interrupts: [{ id: '24', name: 'eth0', allowed: [9], isMovable: true }] },
    { kind: 'I', subject: 'eth0 (24)', expected: '0-1', seen: '9', heals: true },
  ],
  [
    'U a service that has not been restarted',
    { services: { 'redis-server.service': 'system.slice' } },
    { kind: 'U', seen: 'system.slice', remedy: expect.stringContaining('systemctl restart redis-server.service') },
  ],
])('%s', (_, change, expected) => {
  expect(seen(change)).toEqual([expect.objectContaining(expected)]);
});

test('H another machine is told alone: everything else follows from it', () => {
  const other = seen({ topologyHash: 'b'.repeat(64), files: {}, ...group('system.slice', [5]) });
  expect(other).toEqual([expect.objectContaining({ kind: 'H', heals: false })]);
});

test('what could not be looked at is no drift, nor is an interrupt that cannot be moved', () => {
  expect(seen({ files: {}, groups: [], services: {}, threads: [], interrupts: [] })).toEqual([]);
  expect(seen({ interrupts: [{ id: '30', name: 'nvme0q1', allowed: [9], isMovable: false }] })).toEqual([]);
});
