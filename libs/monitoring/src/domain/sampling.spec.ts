import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type Look, sampleBetween } from './box-sample.ts';
import { parseGroup, type UsageCounters } from './control-group.ts';
import { deviceName, parseDiskCounters } from './disk-counters.ts';
import { parsePressure } from './pressure.ts';
import { type ProcessUsage, parseProcess, processTree, treeMemoryPages } from './process-usage.ts';
import { MinuteSums } from './slice-minute.ts';

test('a control group is read as the kernel writes it, and what a controller would tell that is off is unknown', () => {
  expect(
    parseGroup({
      'cpu.stat': 'usage_usec 2500000\nuser_usec 2000000\nsystem_usec 500000',
      'memory.current': '1048576',
      'memory.min': '0',
      'memory.high': 'max',
      'memory.max': '2097152',
      'memory.events': 'low 0\nhigh 12\nmax 0\noom 1\noom_kill 1',
      'io.stat': '259:0 rbytes=4096 wbytes=8192 rios=1 wios=2\n8:0 rbytes=1000 wbytes=0 rios=1 wios=0',
      'io.pressure': 'some avg10=1.50 avg60=0.00 avg300=0.00 total=1\nfull avg10=0.25 avg60=0.00 avg300=0.00 total=1',
      'pids.current': '7',
    }),
  ).toEqual({
    ...{
      cpuMicroseconds: 2_500_000,
      waitedMicroseconds: null,
      memoryBytes: 1_048_576,
      readBytes: 5096,
      writtenBytes: 8192,
      tasks: 7,
      memoryKills: 1,
    },
    memoryLimits: { minBytes: null, highBytes: null, maxBytes: 2_097_152 },
    pressure: { cpu: null, memory: null, io: { some10: 1.5, full10: 0.25 } },
  });
  expect(parseGroup({ 'cpu.stat': 'usage_usec 1' })).toMatchObject({ memoryBytes: null, memoryLimits: null, readBytes: null });
  expect(parsePressure('')).toBeNull();
});

test('a process is read whatever its name', () => {
  const line = '4711 (a) b (c) S 1 4711 4711 0 -1 4194560 1 2 3 4 100 50 7 3 20 0 12 0 999 1 2';
  expect(parseProcess(line)).toEqual({ pid: 4711, parent: 1, ticks: 160, tasks: 12 });
  expect(parseProcess('')).toBeUndefined();
});

test('a tree is everything below its root, whatever the order; its shared memory counts once', () => {
  const one = (pid: number, parent: number): [number, ProcessUsage] => [pid, { pid, parent, ticks: 1, tasks: 1 }];
  const processes = new Map([one(9, 5), one(5, 2), one(2, 1), one(3, 1), one(1, 0)]);
  expect(processTree(2, processes).map(({ pid }) => pid)).toEqual([2, 5, 9]);
  expect(processTree(77, processes)).toEqual([]);
  expect(treeMemoryPages(['900 150 100 0 0 0 0', '900 130 90 0 0 0 0'])).toBe(50 + 40 + 100);
  expect(treeMemoryPages([])).toBe(0);
});

test('disks are counted in bytes and found by the number of a file system', () => {
  const counters = parseDiskCounters(' 259       1 nvme0n1p1 10 0 16 3 20 0 32 4 0 90 7 0 0 0 0\n nonsense\n');
  expect(counters).toEqual(new Map([['259:1', { readBytes: 8192, writtenBytes: 16_384, busyMs: 90 }]]));
  expect(deviceName(66_305)).toBe('259:1');
  expect(deviceName(2049)).toBe('8:1');
});

const usage: UsageCounters = {
  ...{ cpuMicroseconds: 0, waitedMicroseconds: 0, memoryBytes: 10, memoryLimits: null, readBytes: 0, writtenBytes: 0 },
  ...{ tasks: 1, memoryKills: 0, pressure: null },
};
const look = (atMs: number, changes: Partial<UsageCounters>, energyMicrojoules: number | null = null): Look => ({
  atMs,
  usage: new Map([['video', { ...usage, ...changes }]]),
  disks: new Map([['8:0', { readBytes: atMs, writtenBytes: 0, busyMs: atMs / 4 }]]),
  network: new Map(),
  energyMicrojoules,
  now: {
    source: 'slice',
    pressure: { cpu: null, memory: null, io: null },
    memory: { totalBytes: 1, availableBytes: 1, swapUsedBytes: 0 },
    tiers: [{ name: 'hot', totalBytes: 1, freeBytes: 1, device: '8:0' }],
    temperatures: [],
    gpus: [],
    powerProblem: null,
    gpuProblem: null,
  },
});

test('what happened between two looks is told by the second', () => {
  const sample = sampleBetween(
    look(1000, { readBytes: 0 }, 1_000_000),
    look(3000, { cpuMicroseconds: 3_000_000, waitedMicroseconds: 500_000, readBytes: 4096 }, 131_000_000),
    [{ cpu: 0, percent: 12.5 }],
  );
  expect(sample).toMatchObject({ seconds: 2, powerWatts: 65, powerProblem: null, cpus: [{ cpu: 0, busy: 12.5 }] });
  expect(sample.slices[0]).toMatchObject({ id: 'video', cpuPercent: 150, waitingPercent: 25, ioReadBytesPerSecond: 2048 });
  expect(sample.tiers[0]).toMatchObject({ name: 'hot', readBytesPerSecond: 1000, busyPercent: 25 });
});

test('a service that began anew, or was not seen before, has no rate instead of a wrong one', () => {
  const restarted = sampleBetween(look(1000, { cpuMicroseconds: 9_000_000 }), look(2000, { cpuMicroseconds: 10 }), []);
  expect(restarted.slices[0]?.cpuPercent).toBeNull();
  const first = { ...look(1000, {}), usage: new Map() };
  expect(sampleBetween(first, look(2000, { cpuMicroseconds: 10 }), []).slices[0]?.cpuPercent).toBeNull();
  expect(restarted).toMatchObject({ powerWatts: null, powerProblem: 'It is not known yet.' });
});

test('a minute tells mean, peak and memory, however its samples lie', () => {
  const at = (second: number) => new Date(Date.UTC(2026, 10, 22, 1, 0, second)).toISOString();
  const sums = new MinuteSums();
  const slices = (cpuPercent: number) => [
    { id: 'video', cpuPercent, memoryBytes: cpuPercent * 10, waitingPercent: cpuPercent / 10 } as never,
  ];
  for (const [second, percent] of [
    [5, 100],
    [20, 400],
    [35, 100],
    [50, 0],
  ] as const)
    expect(sums.add({ at: at(second), seconds: 15, slices: slices(percent) })).toEqual([]);
  expect(sums.add({ at: at(65), seconds: 15, slices: slices(0) })).toEqual([
    {
      ...{ slice: 'video', at: new Date(Date.UTC(2026, 10, 22, 1, 0, 0)), cpuPercent: 150, peakPercent: 400 },
      ...{ memoryBytes: 4000, pressurePercent: 15, seconds: 60 },
    },
  ]);
});

test('summed minutes hold all the work that was sampled, and no peak lies below its mean', () => {
  const samples = fc.array(fc.record({ gap: fc.integer({ min: 1, max: 30 }), percent: fc.integer({ min: 0, max: 3200 }) }), {
    minLength: 1,
    maxLength: 60,
  });
  fc.assert(
    fc.property(samples, (all) => {
      const sums = new MinuteSums();
      let second = 0;
      const minutes = all.flatMap(({ gap, percent }) => {
        second += gap;
        const slices = [{ id: 'a', cpuPercent: percent, memoryBytes: null, waitingPercent: null } as never];
        return sums.add({ at: new Date(second * 1000).toISOString(), seconds: gap, slices });
      });
      const end = new Date((second + 120) * 1000).toISOString();
      const ended = [...minutes, ...sums.add({ at: end, seconds: 1, slices: [] })];
      const work = ended.reduce((sum, minute) => sum + minute.cpuPercent * minute.seconds, 0);
      expect(work).toBeCloseTo(
        all.reduce((sum, { gap, percent }) => sum + gap * percent, 0),
        3,
      );
      for (const minute of ended) expect(minute.peakPercent).toBeGreaterThanOrEqual(minute.cpuPercent);
    }),
  );
});
