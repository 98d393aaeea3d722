import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { findCheckout } from '#manifest';
import { type ApiWorld, makeApiWorld, send, upload } from '../ingest/api-world.ts';
import { makeVideo } from '../pipeline/sample-media.ts';
import { buildMover } from './mover-parts.ts';
import { TestClock } from './mover-world.ts';

let world: ApiWorld;
let parts: ReturnType<typeof buildMover>;
const clock = new TestClock();
const assets: { id: string; bytes: Buffer }[] = [];

beforeAll(async () => {
  world = await makeApiWorld((appliance) => {
    for (const tier of appliance.tiers)
      Object.assign(tier, { minFreeBytes: 0, minFreeInodes: 0, highPercent: 98, criticalPercent: 99 });
  });
  parts = buildMover(world.appliance, clock);
  await parts.tiers.claim();
  const picture = readFileSync(join(findCheckout(), 'docs', 'pictures', 'library.png'));
  for (const bytes of [picture, makeVideo({ seconds: 2 }), Buffer.from('a note'), randomBytes(9_000_000)]) {
    const answer = await upload(world, world.admin, bytes);
    assets.push({ id: String(answer.headers['holdfast-asset-id']), bytes });
  }
  // By the clock of the mover all of it was stored just now.
  await parts.system.run((sql) => sql.run('UPDATE stored_object SET touched_at = $1, placed_at = $1', [clock.now()]));
});
afterAll(async () => {
  await parts?.close();
  await world?.close();
});

/** What a person gets: the whole file, and a piece out of its middle. */
async function expectAllServed(): Promise<void> {
  for (const { id, bytes } of assets) {
    const whole = await send(world, world.admin, 'GET', `/assets/${id}/original`);
    expect([whole.status, whole.body.equals(bytes)]).toEqual([200, true]);
    const [start, end] = [Math.floor(bytes.length / 3), Math.floor(bytes.length / 2)];
    const piece = await send(world, world.admin, 'GET', `/assets/${id}/original`, {
      headers: { range: `bytes=${start}-${end}` },
    });
    expect([piece.status, piece.body.equals(bytes.subarray(start, end + 1))]).toEqual([206, true]);
  }
}
const tiers = async () =>
  (await world.rows<{ tier: string }>('SELECT DISTINCT tier FROM stored_object')).map(({ tier }) => tier);

test('what people have stored ages through the tiers and comes back by use, served the same at every step', async () => {
  await expectAllServed();
  for (const [hours, tier] of [
    [25, 'warm'],
    [720, 'cold'],
  ] as const) {
    clock.pass(hours);
    await parts.system.run((sql) => sql.run('UPDATE stored_object SET last_read_at = NULL'));
    expect(await parts.mover.runDue()).toMatchObject({ tally: { doneMoves: 4, failedMoves: 0 } });
    expect(await tiers()).toEqual([tier]);
    await expectAllServed();
    clock.pass(0.5);
    // Where the API remembers that files lie, they lie no more: it looks again.
    expect(await parts.mover.removeSources()).toBe(4);
    await expectAllServed();
  }
  clock.pass(25);
  const hour = new Date(clock.now().getTime() - 600_000);
  await parts.system.run((sql) =>
    sql.run(
      'INSERT INTO object_read (organisation_id, object_id, hour, reads) SELECT organisation_id, id, $1, 5 FROM stored_object',
      [hour],
    ),
  );
  expect(await parts.mover.runDue()).toMatchObject({
    tally: { doneMoves: 4 },
    plan: { moves: expect.arrayContaining([expect.objectContaining({ rule: 'promotion' })]) },
  });
  expect(await tiers()).toEqual(['hot']);
  clock.pass(0.5);
  await parts.mover.removeSources();
  await expectAllServed();
});

test('bytes that are stored again while their object lies elsewhere stay that one object', async () => {
  await parts.system.run((sql) => sql.run(`UPDATE stored_object SET pinned_tier = 'cold'`));
  await parts.mover.runDue();
  clock.pass(0.5);
  await parts.mover.removeSources();
  const answer = await upload(world, world.admin, assets[2]?.bytes as Buffer, { filename: 'again.txt' });
  expect([200, 201]).toContain(answer.status);
  expect(await tiers()).toEqual(['cold']);
  await expectAllServed();
});
