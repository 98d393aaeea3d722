import { expect, test } from 'vitest';
import { loadAppliance } from '#manifest';
import { chooseHost } from './choose-host.ts';
import { SystemdHost } from './systemd-host.ts';
import type { SystemdPrograms } from './systemd-programs.adapter.ts';

const appliance = {
  ...loadAppliance({ HOLDFAST_HOME: '/nonexistent/holdfast' }),
  workers: [{ name: 'media', roles: ['media' as const] }],
};

/** As systemd 257 wrote it on a box, shortened. */
const shown = `Id=holdfast-api.service
LoadState=loaded
ActiveState=active
SubState=running
Result=success
NRestarts=2
MainPID=${process.pid}
MemoryCurrent=123456789
CPUUsageNSec=5000000000
Slice=holdfast-api.slice
User=holdfast
EffectiveCPUs=2-3 18-19
StateChangeTimestamp=@1790000000

Id=holdfast-worker@media.service
LoadState=loaded
ActiveState=failed
SubState=failed
Result=exit-code
NRestarts=5
MainPID=0
MemoryCurrent=[not set]
CPUUsageNSec=18446744073709551615
Slice=holdfast-video.slice
User=holdfast
EffectiveCPUs=
StateChangeTimestamp=@1790000100

Id=redis-server.service
LoadState=not-found
ActiveState=inactive

Id=nginx.service
LoadState=not-found
ActiveState=inactive
`;

const programs: SystemdPrograms = { show: async () => shown };

test('units are shown as systemd has them; what is not measured is not known, and what need not be there is left out', async () => {
  const services = await new SystemdHost(appliance, programs).list();
  expect(services.map(({ id }) => id)).toEqual(['postgresql', 'redis', 'keyd', 'api', 'media']);
  const [, redis, , api, media] = services;
  expect(api).toMatchObject({
    unit: 'holdfast-api.service',
    state: 'running',
    since: '2026-09-21T14:13:20.000Z',
    restarts: 2,
    pid: process.pid,
    memoryBytes: 123456789,
    cpuMicroseconds: 5_000_000,
    user: 'holdfast',
    slice: 'holdfast-api.slice',
    cpus: '2-3 18-19',
    lastExit: null,
  });
  expect(media).toMatchObject({
    state: 'failed',
    lastExit: 'ended with exit-code',
    pid: null,
    memoryBytes: null,
    cpuMicroseconds: null,
  });
  expect(redis).toMatchObject({ state: 'unknown', lastExit: 'the unit is not-found' });
});

test('systemd keeps the services where the manifest says so and systemd runs the machine; else nobody does', async () => {
  expect((await chooseHost({ ...appliance, isRunBySystemd: true }, programs)).kind).toBe('systemd');
  expect((await chooseHost({ ...appliance, isRunBySystemd: true }, undefined)).kind).toMatch(/nobody|systemd/);
  expect((await chooseHost(appliance, programs)).kind).toBe('nobody');
});
