import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { newId, systemClock } from '#kernel';
import { Journal } from '../journal/journal.adapter.ts';
import type { Box } from '../testing/box.ts';
import { makeBox, removeBox } from '../testing/make-box.ts';
import { ServiceRestarts } from './service-restarts.ts';

let box: Box;
let journal: Journal;
let services: ServiceRestarts;
beforeEach(() => {
  box = makeBox();
  journal = new Journal(join(box.state, 'journal'), systemClock);
  services = new ServiceRestarts(box.host, journal);
});
afterEach(() => {
  journal.close();
  removeBox(box);
});

const asked = { claimedActor: 'test', peer: null, until: Number.POSITIVE_INFINITY };
const code = (expected: string) => expect.objectContaining({ code: expected });

it('restarts a service under the name that this machine has for it, once for each key', async () => {
  const idempotencyKey = newId();
  const reply = { service: 'postgresql', units: ['postgresql@17-main.service'], state: 'running' };
  expect(await services.restart({ service: 'postgresql', idempotencyKey }, asked)).toEqual(reply);
  const { acts } = box.host.state;
  expect(await services.restart({ service: 'postgresql', idempotencyKey }, asked)).toEqual(reply);
  expect(box.host.state.acts).toBe(acts);
  expect(journal.records.map(({ entry }) => entry.event)).toEqual(['restarting', 'restarted']);
  await expect(services.restart({ service: 'redis', idempotencyKey }, asked)).rejects.toEqual(code('AGENT_KEY_REUSED'));
});

it('says so where there is no such service, and where it does not come back', async () => {
  const absent = services.restart({ service: 'nginx', idempotencyKey: newId() }, asked);
  await expect(absent).rejects.toEqual(code('AGENT_SERVICE_ABSENT'));
  expect(journal.records).toEqual([]);
  box.host.restart = async () => {
    throw new Error('Job failed');
  };
  const failed = await services.restart({ service: 'redis', idempotencyKey: newId() }, asked);
  expect(failed).toMatchObject({ state: 'failed' });
  expect(journal.records.at(-1)?.entry).toMatchObject({ reason: 'Job failed' });
});

it('tells a service of several units as running only where all of them are', async () => {
  const [cluster] = await box.host.seeServices(['postgresql@*.service']);
  if (!cluster) throw new Error('The machine of the tests has no PostgreSQL.');
  const other = { ...cluster, unit: 'postgresql@17-other.service', state: 'failed' };
  box.host.change({ services: [...box.host.state.services, other] });
  expect(await services.restart({ service: 'postgresql', idempotencyKey: newId() }, asked)).toEqual({
    service: 'postgresql',
    units: ['postgresql@17-main.service', 'postgresql@17-other.service'],
    state: 'failed',
  });
});
