import { expect, test } from 'vitest';
import { describeUnit, parseUnitProperties, phaseOfTarget, startOf } from './unit-status.ts';

const shown = `Id=holdfast-api.service
LoadState=loaded
ActiveState=active
SubState=running
MainPID=633
NRestarts=2
ActiveEnterTimestamp=@1795310470
MemoryCurrent=104857600

Id=holdfast-keyd.service
LoadState=not-found
ActiveState=inactive
SubState=dead
MainPID=0
NRestarts=0
ActiveEnterTimestamp=
MemoryCurrent=[not set]
`;

test('a unit that runs says since when, in which process and with how much memory', () => {
  const [api, keyd] = parseUnitProperties(shown);
  expect(describeUnit({ name: 'api', address: 'http://127.0.0.1:8000' }, api ?? {}, 1_795_310_480_000)).toEqual({
    name: 'api',
    state: 'running',
    pid: 633,
    uptimeSeconds: 10,
    memoryBytes: 104_857_600,
    restarts: 2,
    version: null,
    address: 'http://127.0.0.1:8000',
    lastExit: null,
  });
  expect(describeUnit({ name: 'keyd' }, keyd ?? {}, 0)).toMatchObject({ state: 'missing', pid: null, memoryBytes: null });
  expect(startOf(api ?? {})).toBe('2026-11-22T01:21:10.000Z');
  expect(startOf(keyd ?? {})).toBeNull();
});

test('a unit that waits to be started again is neither stopped nor failed', () => {
  const waiting = { LoadState: 'loaded', ActiveState: 'activating', SubState: 'auto-restart' };
  expect(describeUnit({ name: 'api' }, waiting, 0).state).toBe('restarting');
  expect(describeUnit({ name: 'api' }, { LoadState: 'loaded', ActiveState: 'failed' }, 0).state).toBe('failed');
});

test('the appliance is ready when its target is and none of its services is still starting', () => {
  const service = (state: 'running' | 'starting') => [{ ...describeUnit({ name: 'api' }, {}, 0), state }];
  expect(phaseOfTarget({ ActiveState: 'active' }, service('running'))).toBe('ready');
  expect(phaseOfTarget({ ActiveState: 'active' }, service('starting'))).toBe('starting');
  expect(phaseOfTarget({ ActiveState: 'inactive' }, service('running'))).toBe('stopped');
});
