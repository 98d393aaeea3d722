import fc from 'fast-check';
import { expect, test } from 'vitest';
import { formatLimit, limitKeys, limitsOfUnits, noLimits } from './group-limits.ts';
import { cpusOfUnits, parseUnits, planOf, renderUnits, type SliceSettings, sliceName, slicesOfServices } from './unit-files.ts';

const planId = 'ab'.repeat(32);
const slices: SliceSettings[] = [
  { id: 'os', cpus: [0, 16], nodes: [0] },
  {
    id: 'postgresql',
    cpus: [3, 4, 19, 20],
    nodes: [0],
    ioWeight: 400,
    memory: { minMb: 16_384, highMb: 22_528, maxMb: 24_576 },
  },
  { id: 'video', cpus: [8, 9, 10, 24, 25, 26], nodes: [0] },
];
const files = renderUnits({ planId, slices, systemId: 'os', reserve: [6, 7, 22, 23] });

test('a slice says whose plan it is, and what it gives', () => {
  expect(
    files.find(({ path }) => path === 'holdfast-postgresql.slice')?.text,
  ).toBe(`# Written by Holdfast, plan ${planId}. Change config/appliance.yaml instead.
[Unit]
Description=Holdfast: postgresql
Before=slices.target

[Slice]
AllowedCPUs=3-4,19-20
AllowedMemoryNodes=0
CPUWeight=100
IOWeight=400
MemoryMin=16384M
MemoryHigh=22528M
MemoryMax=24576M
`);
});

test('services of Debian go into their slices, and what nobody declared to the system and the reserve', () => {
  const texts = Object.fromEntries(files.map(({ path, text }) => [path, text.split('\n').slice(1, -1)]));
  expect(Object.keys(texts)).toEqual([
    'holdfast-postgresql.slice',
    'holdfast-video.slice',
    'holdfast.slice.d/50-holdfast.conf',
    'init.scope.d/50-holdfast.conf',
    'machine.slice.d/50-holdfast.conf',
    'postgresql@.service.d/50-holdfast.conf',
    'system.slice.d/50-holdfast.conf',
    'user.slice.d/50-holdfast.conf',
  ]);
  expect(texts['postgresql@.service.d/50-holdfast.conf']).toEqual(['[Service]', 'Slice=holdfast-postgresql.slice']);
  expect(texts['system.slice.d/50-holdfast.conf']).toEqual(['[Slice]', 'AllowedCPUs=0,6-7,16,22-23']);
  expect(texts['init.scope.d/50-holdfast.conf']).toEqual(['[Scope]', 'AllowedCPUs=0,6-7,16,22-23']);
});

test('a file names its plan; others name none', () => {
  expect(files.every((file) => planOf(file) === planId)).toBe(true);
  expect(planOf({ path: 'holdfast-video.slice', text: '[Slice]\nAllowedCPUs=1\n' })).toBeUndefined();
});

test('the CPUs of slices and scopes are found under the names that systemd knows', () => {
  const common = [0, 6, 7, 16, 22, 23];
  expect(cpusOfUnits(files)).toEqual({
    'holdfast-postgresql.slice': [3, 4, 19, 20],
    'holdfast-video.slice': [8, 9, 10, 24, 25, 26],
    'init.scope': common,
    'machine.slice': common,
    'system.slice': common,
    'user.slice': common,
  });
});

test('the slice above all guarantees what those in it do together: the kernel grants no more', () => {
  const more = renderUnits({
    planId,
    slices: [...slices, { id: 'redis', cpus: [5], nodes: [0], memory: { minMb: 512, highMb: 900, maxMb: 1000 } }],
    systemId: 'os',
    reserve: [6],
  });
  const limits = limitsOfUnits(more);
  expect(limits['holdfast.slice']).toEqual({ ...noLimits, memoryMin: (16_384 + 512) * 2 ** 20 });
  expect(limits['holdfast-video.slice']).toEqual(noLimits);
  expect(limits['system.slice']).toBeUndefined();
  expect(limitKeys.map((key) => formatLimit(key, limits['holdfast-redis.slice']?.[key] ?? null))).toEqual([
    '512M',
    '900M',
    '1000M',
    '100',
    '100',
  ]);
});

test('says which service goes where', () => {
  expect(slicesOfServices(files)).toEqual({ 'postgresql@.service': 'holdfast-postgresql.slice' });
});

test('a hyphen in a name begins no new level of slices', () => {
  expect(sliceName('video-proxy')).toBe('holdfast-video\\x2dproxy.slice');
});

test('15: reading what was written gives the same sets', () => {
  const cpus = fc.uniqueArray(fc.nat(300), { minLength: 1 }).map((all) => all.sort((a, b) => a - b));
  const id = fc.stringMatching(/^[a-z][a-z0-9-]{0,12}$/).filter((name) => name !== 'common' && name !== 'os');
  const workloads = fc.uniqueArray(fc.record({ id, cpus }), { selector: (one) => one.id, maxLength: 8 });
  fc.assert(
    fc.property(workloads, cpus, cpus, (own, system, reserve) => {
      const all = [...own, { id: 'os', cpus: system }].map((one) => ({ ...one, nodes: [0] }));
      const read = parseUnits(renderUnits({ planId, slices: all, systemId: 'os', reserve }));
      const common = [...new Set([...system, ...reserve])].sort((a, b) => a - b);
      expect(read).toEqual({ ...Object.fromEntries(own.map((one) => [one.id, one.cpus])), common });
    }),
  );
});
