import { afterAll, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import { DeletionRequestService, RetentionService } from '#media';
import { JobRunner, OutboxRelay } from '#queue';
import { asSuperuser } from '#supervisor';
import { makeWorld, until } from '../pipeline/pipeline-world.ts';
import { standIn } from '../pipeline/stand-ins.ts';
import { makeRetentionWorld, type RetentionWorld } from './retention-world.ts';

let world: RetentionWorld;
beforeAll(async () => {
  world = await makeRetentionWorld();
  // Stands for whatever may be wrong with single assets.
  await asSuperuser(world.appliance.socketFolder, world.appliance.databaseName, async (client) => {
    await client.query(`CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'stuck'; END $$`);
    await client.query(
      `CREATE TRIGGER refuse BEFORE DELETE ON asset FOR EACH ROW WHEN (old.name = 'bad') EXECUTE FUNCTION refuse()`,
    );
  });
}, 180_000);
afterAll(() => {
  vi.useRealTimers();
  return world?.close();
});
beforeEach(() => world.set({ 'original-other': 1 }));

const bringBad = async (count: number) => {
  const ids = await Promise.all(Array.from({ length: count }, () => world.bring()));
  await world.rows(`UPDATE asset SET name = 'bad' WHERE id = ANY($1)`, [ids]);
  return ids;
};
const find = async (id: string) => (await world.as(() => world.requests.listRuns())).items.find((run) => run.id === id);

test('an asset that cannot be deleted keeps none of the others, and the journal says why', async () => {
  const [bad = ''] = await bringBad(1);
  const good = [await world.bring(), await world.bring()];
  world.later(3);
  const id = await world.run();
  expect(await find(id)).toMatchObject({ planned: 3, deleted: 2, failed: 1, stopped: null, endedAt: expect.any(String) });
  for (const asset of good) expect(await world.isThere(asset)).toBe(false);
  expect(await world.isThere(bad)).toBe(true);
  const items = await world.items(id);
  expect(items.find(({ assetId }) => assetId === bad)).toMatchObject({
    state: 'failed',
    reason: expect.stringContaining('stuck'),
  });
});

test('where most assets fail the run stops and says so', async () => {
  await bringBad(24);
  world.later(3);
  const id = await world.run();
  const run = await find(id);
  expect(run).toMatchObject({ deleted: 0, stopped: { code: 'RETENTION_FAILING' }, endedAt: expect.any(String) });
  expect(run?.failed).toBe(20);
});

test('a worker with the role storage carries out what was asked for', async () => {
  const house = await makeWorld({
    providers: [standIn('speech.transcribe'), standIn('text.recognise'), standIn('asset.embed')],
  });
  try {
    const asset = await house.add(Buffer.from('soon gone'), 'a.bin');
    await house.rows(`UPDATE asset SET trashed_at = now() - interval '31 days'`);
    const { id } = await house.as(async () => {
      const { digest } = await house.app.get(RetentionService).preview({});
      return house.app.get(DeletionRequestService).run(digest);
    });
    await house.app.get(JobRunner).start(['storage']);
    house.app.get(OutboxRelay).start();
    const ended = async () =>
      (await house.as(() => house.app.get(DeletionRequestService).listRuns())).items.some(
        (run) => run.id === id && run.endedAt !== null,
      );
    await until(ended, 30);
    expect(await house.rows('SELECT FROM asset WHERE id = $1', [asset])).toEqual([]);
    expect(await house.rows(`SELECT FROM outbox WHERE job = 'retention.run'`)).toEqual([]);
  } finally {
    await Promise.all([house.app.get(OutboxRelay).stop(), house.app.get(JobRunner).stop(2000)]);
    await house.close();
  }
}, 120_000);
