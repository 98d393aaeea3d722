import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { expect, test } from 'vitest';
import { identifyProcess, isRunning, mentions, residentBytes, signalProcess } from './process-identity.ts';

test('a process is known by pid and start time, and only while it runs', async () => {
  const child = spawn('sleep', ['60']);
  const identity = identifyProcess(child.pid ?? 0);
  if (!identity) throw new Error('sleep did not start');
  expect(isRunning(identity)).toBe(true);
  expect(isRunning({ ...identity, startTicks: identity.startTicks + 1 })).toBe(false);
  expect(residentBytes(identity.pid)).toBeGreaterThan(0);
  expect(signalProcess(identity, 'SIGKILL')).toBe(true);
  await once(child, 'exit');
  expect(isRunning(identity)).toBe(false);
  expect(signalProcess(identity, 'SIGKILL')).toBe(false);
});

test('a recycled pid is not signalled', async () => {
  const child = spawn('sleep', ['60']);
  const identity = identifyProcess(child.pid ?? 0);
  if (!identity) throw new Error('sleep did not start');
  expect(signalProcess({ ...identity, startTicks: 1 }, 'SIGKILL')).toBe(false);
  expect(isRunning(identity)).toBe(true);
  child.kill('SIGKILL');
  await once(child, 'exit');
});

test('a process is ours when its command line or environment names our home', async () => {
  const child = spawn('sleep', ['60'], { env: { HOLDFAST_HOME: '/srv/our home' } });
  await once(child, 'spawn');
  expect(mentions(child.pid ?? 0, '/srv/our home')).toBe(true);
  expect(mentions(child.pid ?? 0, '/srv/another')).toBe(false);
  child.kill('SIGKILL');
});
