import {
  appendFileSync,
  closeSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  utimesSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { LogRotation } from './log-rotation.ts';
import { listOldLogs, removeOldLogs } from './old-logs.ts';

const evening = new Date('2026-11-21T23:59:30Z');
const midnight = new Date('2026-11-22T00:00:30Z');

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'logs-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const write = (name: string, text: string, at = evening) => {
  appendFileSync(join(folder, name), text);
  utimesSync(join(folder, name), at, at);
};
const read = (name: string) => readFileSync(join(folder, name), 'utf8');

test('a log starts anew when its day is over, and who writes to it writes on', () => {
  const rotation = new LogRotation(folder);
  const open = openSync(join(folder, 'api.log'), 'a');
  writeSync(open, 'evening\n');
  utimesSync(join(folder, 'api.log'), evening, evening);
  rotation.turn(evening);
  expect(readdirSync(folder)).toEqual(['api.log']);
  rotation.turn(midnight);
  writeSync(open, 'morning\n');
  closeSync(open);
  expect(read('api.log')).toBe('morning\n');
  expect(read('api.log.20261122T000030Z')).toBe('evening\n');
  expect(listOldLogs(folder)).toEqual([{ name: 'api.log.20261122T000030Z', bytes: 8, endedAt: midnight }]);
});

test('what was written on an earlier day is set aside at the start, an empty log never', () => {
  write('api.log', 'yesterday\n');
  writeFileSync(join(folder, 'redis.log'), '');
  new LogRotation(folder).turn(midnight);
  expect(listOldLogs(folder).map(({ name }) => name)).toEqual(['api.log.20261122T000030Z']);
});

test('a log that grows too large starts anew within its day, and only the newest parts of it are kept', () => {
  const rotation = new LogRotation(folder);
  for (let turn = 0; turn < 34; turn += 1) {
    write('api.log', 'x'.repeat(turn < 33 ? 1 : 33 * 1024 * 1024));
    const day = new Date(evening.getTime() + turn * 86_400_000);
    if (turn === 33) utimesSync(join(folder, 'api.log'), day, day);
    rotation.turn(day);
  }
  const parts = listOldLogs(folder);
  expect(parts.length).toBe(32);
  expect(parts.at(-1)?.bytes).toBe(33 * 1024 * 1024);
  expect(parts[0]?.endedAt).toEqual(new Date(evening.getTime() + 2 * 86_400_000));
});

test('only parts that were set aside are ever removed', () => {
  for (const name of ['api.log', 'api.log.1', 'api.log.20261001T000000Z', 'notes.txt', 'api.log.20261001T000000Z.bak'])
    write(name, 'x');
  expect(listOldLogs(folder).map(({ name }) => name)).toEqual(['api.log.20261001T000000Z', 'api.log.1']);
  removeOldLogs(folder, ['api.log', 'notes.txt', '../x.log.1', 'api.log.1', 'api.log.20261001T000000Z', 'gone.log.1']);
  expect(readdirSync(folder).sort()).toEqual(['api.log', 'api.log.20261001T000000Z.bak', 'notes.txt']);
});
