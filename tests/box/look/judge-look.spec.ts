import { expect, it } from 'vitest';
import { departures, extentOf } from './judge-look.ts';
import { readLook } from './machine-look.ts';

const text = '[Slice]\nAllowedCPUs=2-3\nMemoryHigh=4M\n';
const files = [{ path: 'holdfast-video.slice', text }];
const online = [0, 1, 2, 3];
const lines = (change: Record<string, string> = {}) =>
  Object.values({
    group: 'group\tholdfast-video.slice\t2-3\t2-3',
    limits: 'limits\tholdfast-video.slice\t0\t4194304\tmax\t100',
    below: 'below\tholdfast-video.slice\t/holdfast.slice/holdfast-video.slice/a.service\t2-3',
    thread: 'thread\tholdfast-video.slice\t/holdfast.slice/holdfast-video.slice/a.service\t77\tffmpeg\t2-3',
    file: `file\tholdfast-video.slice\t${Buffer.from(text).toString('base64')}`,
    ...change,
  }).join('\n');

it('finds nothing where files, systemd, the kernel, groups below and threads are the plan', () => {
  const look = readLook(lines());
  expect(departures(look, files, online)).toEqual([]);
  expect(extentOf(look)).toBe('1 slices and scopes, 1 groups below, 1 threads');
});

it.each([
  ['systemd', { group: 'group\tholdfast-video.slice\t1 3\t2-3' }, 'systemd holds 1,3'],
  ['the kernel', { group: 'group\tholdfast-video.slice\t2-3\t0-3' }, 'the kernel gives'],
  ['the kernel of memory', { limits: 'limits\tholdfast-video.slice\t0\t8388608\tmax\t' }, 'has memoryHigh 8M, not 4M'],
  ['a group below', { below: 'below\tholdfast-video.slice\t/x\t0-3' }, '/x has 0-3'],
  ['a thread', { thread: 'thread\tholdfast-video.slice\t/x\t77\tffmpeg\t0' }, 'thread 77 (ffmpeg)'],
  ['a file', { file: 'file\tholdfast-video.slice\t' }, "is not the plan's"],
  ['a file too many', { more: 'file\tsystem.slice.d/50-holdfast.conf\tYQ==' }, "is none of the plan's"],
])('finds where %s says otherwise', (_, change, expected) => {
  expect(departures(readLook(lines(change)), files, online)).toEqual([expect.stringContaining(expected)]);
});

it('takes a machine without a plan for whole when everybody has everything', () => {
  const free = readLook('group\tsystem.slice\t\t0-3\ngroup\tholdfast-video.slice\t\tnone');
  expect(departures(free, [], online)).toEqual([]);
  expect(departures(readLook('group\tsystem.slice\t\t0-1'), [], online)).toHaveLength(1);
});
