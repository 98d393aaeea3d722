import { expect, test } from 'vitest';
import type { DriftKind, DriftRecord } from '../api/reconcile-types.ts';
import { driftMarks, readCpus } from './drift-marks.ts';

const record = (kind: DriftKind, subject: string, expected: string, seen: string): DriftRecord => ({
  ...{ kind, subject, expected, seen, since: '2026-11-22T00:00:00Z', cause: '', remedy: '', healing: 'self', tries: 0 },
});
const assignments = { video: [8, 9, 24, 25] };
const marked = (...drift: DriftRecord[]) => Object.fromEntries(driftMarks(drift, assignments).cpus);

test('CPUs are read as the kernel writes them, and nothing else is taken for some', () => {
  expect(readCpus('8-10,24')).toEqual([8, 9, 10, 24]);
  expect(readCpus('none')).toBeUndefined();
  expect(readCpus('0-99999999')).toEqual([]);
});

test('where others are in force than planned, those are marked that differ', () => {
  expect(marked(record('K', 'holdfast-video.slice', '8-9,24-25', '8-9,24,26'))).toEqual({ 25: 'other cpus', 26: 'other cpus' });
});

test('an edited file marks all that its workload has, as does a service in the wrong slice', () => {
  const all = { 8: 'edited file', 9: 'edited file', 24: 'edited file', 25: 'edited file' };
  expect(marked(record('F', '/etc/systemd/system/holdfast-video.slice', 'CPUWeight=50', 'CPUWeight=500'))).toEqual(all);
  expect(Object.keys(marked(record('U', 'holdfast-worker@media', 'holdfast-video.slice', 'system.slice')))).toHaveLength(4);
});

test('strangers and interrupts are marked where they come, and two departures on one CPU are both said', () => {
  expect(
    marked(record('X', 'machine.slice', 'none of the CPUs of workloads', '8'), record('I', 'nvme0 (41)', '0-7', '7-8')),
  ).toEqual({
    8: 'stranger, interrupt',
  });
});

test('a slice that departs is marked beside its budget', () => {
  const { workloads } = driftMarks([
    record('P', 'holdfast-video.slice', '8-9', '8'),
    record('X', 'machine.slice', 'none', '8'),
  ]);
  expect(Object.fromEntries(workloads)).toEqual({ video: 'changed setting' });
});

test('another machine puts the whole drawing in doubt', () => {
  expect(driftMarks([record('H', 'cpu', 'a1', 'b2')]).isWhole).toBe(true);
});
