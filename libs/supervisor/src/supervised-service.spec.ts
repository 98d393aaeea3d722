import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { ProcessExit } from './server-process.ts';
import { type RunningService, restartPauseMs, SupervisedService } from './supervised-service.ts';

test('pauses between restarts grow, from half a second to half a minute', () => {
  expect([1, 2, 3, 4].map(restartPauseMs)).toEqual([500, 1000, 2000, 4000]);
  fc.assert(
    fc.property(fc.nat(1000), (deaths) => {
      expect(restartPauseMs(deaths)).toBeGreaterThanOrEqual(500);
      expect(restartPauseMs(deaths)).toBeLessThanOrEqual(30_000);
      expect(restartPauseMs(deaths + 1)).toBeGreaterThanOrEqual(restartPauseMs(deaths));
    }),
  );
});

/** A service whose process the test ends when it likes. */
function scriptedService() {
  const deaths: ((exit: ProcessExit) => void)[] = [];
  const start = async (): Promise<RunningService> => {
    let die = (_: ProcessExit) => {};
    const exited = new Promise<ProcessExit>((settle) => {
      die = settle;
    });
    deaths.push(die);
    const process = { identity: { pid: deaths.length, startTicks: 0, bootId: '' }, exited } as RunningService['process'];
    return { process, stop: async () => die({ code: 0, signal: null }) };
  };
  return { start, deaths };
}

test('a service that dies is started again and says how it died', async () => {
  const { start, deaths } = scriptedService();
  const notices: string[] = [];
  const service = new SupervisedService({ name: 'api', label: 'API', start }, (notice) => notice && notices.push(notice));
  await service.start();
  deaths[0]?.({ code: null, signal: 'SIGSEGV' });
  await expect.poll(() => service.state.restarts, { timeout: 3000 }).toBe(1);
  await expect.poll(() => service.state.state).toBe('running');
  expect(notices).toEqual(['api ended by SIGSEGV; starting it again in 0.5 s.', 'api is running again.']);
  expect(service.state.lastExit).toMatchObject({ signal: 'SIGSEGV' });
  await service.stop();
});

test('a service that somebody has restarted starts at once; it has not died, and is not restarted twice', async () => {
  const { start, deaths } = scriptedService();
  const notices: string[] = [];
  const service = new SupervisedService({ name: 'api', label: 'API', start }, (notice) => notice && notices.push(notice));
  await service.start();
  service.restart();
  expect(() => service.restart()).toThrow(expect.objectContaining({ code: 'SUPERVISOR_SERVICE_NOT_RUNNING' }));
  await expect.poll(() => deaths.length, { timeout: 400 }).toBe(2);
  await expect.poll(() => service.state.state).toBe('running');
  expect(service.state).toMatchObject({ restarts: 0 });
  expect(service.state).not.toHaveProperty('lastExit');
  expect(notices).toEqual(['api is restarted because somebody asked.', 'api is running again.']);
  deaths[1]?.({ code: 1, signal: null });
  await expect.poll(() => service.state.restarts, { timeout: 3000 }).toBe(1);
  await service.stop();
});

test('a service that is stopped stays stopped', async () => {
  const { start, deaths } = scriptedService();
  const service = new SupervisedService({ name: 'api', label: 'API', start }, () => {});
  await service.start();
  await service.stop();
  expect(service.state.state).toBe('stopped');
  expect(deaths).toHaveLength(1);
});

test('what everything else runs without is tried again instead of failing the start', async () => {
  const { start } = scriptedService();
  const notices: string[] = [];
  let attempts = 0;
  const failing = async () => {
    attempts += 1;
    if (attempts === 1) throw new Error('The port is taken.');
    return start();
  };
  const definition = { name: 'prometheus', label: 'History', start: failing, isOptional: true };
  const service = new SupervisedService(definition, (notice) => notice && notices.push(notice));
  await service.start();
  expect(service.state.state).toBe('restarting');
  await expect.poll(() => service.state.state, { timeout: 3000 }).toBe('running');
  expect(notices).toEqual([
    'prometheus did not start, and the appliance runs without it: The port is taken.',
    'prometheus is running again.',
  ]);
  await service.stop();
  const needed = new SupervisedService(
    { ...definition, start: () => Promise.reject(new Error('no')), isOptional: false },
    () => {},
  );
  await expect(needed.start()).rejects.toThrow('no');
});
