import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { afterAll, afterEach, expect, test } from 'vitest';
import { loadAppliance } from '#manifest';
import { endLeftOvers, identifyProcess, isRunning, type ProcessIdentity, readState, writeState } from '#supervisor';

const home = mkdtempSync('/tmp/holdfast-left-overs-');
const appliance = loadAppliance({ HOLDFAST_HOME: home });
const started: ProcessIdentity[] = [];
afterEach(() => {
  for (const { pid } of started.splice(0)) process.kill(pid, 'SIGKILL');
  rmSync(home, { recursive: true, force: true });
  mkdirSync(home);
});
afterAll(() => rmSync(home, { recursive: true, force: true }));

function startSleeper(ofHome: string): ProcessIdentity {
  const child = spawn('sleep', ['600'], { detached: true, stdio: 'ignore', env: { HOLDFAST_HOME: ofHome } });
  const identity = child.pid ? identifyProcess(child.pid) : undefined;
  if (!identity) throw new Error('sleep did not start');
  started.push(identity);
  return identity;
}

function pretendStateWith(identity: ProcessIdentity): void {
  const dead = { pid: 2 ** 22 - 1, startTicks: 1, bootId: identity.bootId };
  writeState(appliance, {
    supervisor: dead,
    phase: 'ready',
    home,
    address: '',
    startedAt: new Date().toISOString(),
    steps: [],
    services: [{ name: 'worker', state: 'running', identity, restarts: 0 }],
  });
}

test('what a killed supervisor left is ended and forgotten', async () => {
  const identity = startSleeper(home);
  pretendStateWith(identity);
  expect(await endLeftOvers(appliance)).toEqual(['worker']);
  expect(isRunning(identity)).toBe(false);
  expect(readState(appliance)).toBeUndefined();
  started.pop();
});

test('a process that got the pid of an old one is never signalled', async () => {
  const identity = startSleeper(home);
  pretendStateWith({ ...identity, startTicks: identity.startTicks - 1 });
  expect(await endLeftOvers(appliance)).toEqual([]);
  expect(isRunning(identity)).toBe(true);
});

test('a process of another home is never signalled', async () => {
  const identity = startSleeper('/somewhere/else');
  pretendStateWith(identity);
  expect(await endLeftOvers(appliance)).toEqual([]);
  expect(isRunning(identity)).toBe(true);
});

test('a process of an earlier boot is never signalled', async () => {
  const identity = startSleeper(home);
  pretendStateWith({ ...identity, bootId: '00000000-0000-0000-0000-000000000000' });
  expect(await endLeftOvers(appliance)).toEqual([]);
  expect(isRunning(identity)).toBe(true);
});
