import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { garbage, type MoverWorld, makeMoverWorld, type PutObject } from '../../integration/storage/mover-world.ts';
import { buildWorker } from '../pipeline-house.ts';

let world: MoverWorld;
beforeAll(async () => {
  buildWorker();
  world = await makeMoverWorld();
}, 180_000);
afterAll(() => world?.close());
beforeEach(async () => {
  world.clock.reset();
  await world.query('DELETE FROM tier_move');
  await world.query('DELETE FROM stored_object');
  for (const tier of world.tiers.names)
    rmSync(join(world.tiers.rootOf(tier), world.organisation.organisationId), { recursive: true, force: true });
});

/** Runs a mover in a process of its own; answers whether it came to its end. */
async function runMover(failpoint?: string, killAfterMs?: number): Promise<boolean> {
  const child = spawn(
    process.execPath,
    [join(import.meta.dirname, 'mover.child.ts'), JSON.stringify(world.appliance), world.clock.now().toISOString()],
    {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { PATH: process.env.PATH, HOLDFAST_LOG_LEVEL: 'fatal', ...(failpoint ? { HOLDFAST_FAILPOINT: failpoint } : {}) },
    },
  );
  let said = '';
  let complaint = '';
  child.stdout.on('data', (part) => {
    said += part;
  });
  child.stderr.on('data', (part) => {
    complaint += part;
  });
  const ended = new Promise<NodeJS.Signals | null>((resolve) => child.once('close', (_, signal) => resolve(signal)));
  if (killAfterMs !== undefined) void sleep(killAfterMs).then(() => child.kill('SIGKILL'));
  const signal = await ended;
  if (signal !== 'SIGKILL' && said !== 'done\n') throw new Error(`The mover ended without a word: ${complaint}`);
  return signal === null;
}

const put = () => Promise.all([300, 70_000, 9_000_000, 0].map((size) => world.put(randomBytes(size), { idleHours: 30 })));

/** After a death: sound at once, and clean once another process has gone over it and the grace is over. */
async function expectHealed(objects: readonly PutObject[]): Promise<void> {
  expect(await world.violations(objects)).toEqual([]);
  expect(await runMover()).toBe(true);
  expect(await world.violations(objects)).toEqual([]);
  const journal = () => world.query('SELECT id, state, attempt FROM tier_move ORDER BY id');
  const once = await journal();
  // Recovering twice is recovering once.
  expect(await runMover()).toBe(true);
  expect(await journal()).toEqual(once);
  world.clock.pass(0.5);
  await runMover();
  expect(await world.violations(objects)).toEqual([]);
  expect(await garbage(world, objects)).toEqual([]);
  for (const object of objects) expect(await world.tierOf(object)).toBe('warm');
  expect(await world.query(`SELECT state FROM tier_move WHERE ended_at IS NULL`)).toEqual([]);
}

const beforeGrace = ['planned', 'copying', 'written', 'copied', 'verified', 'named', 'published', 'before-commit', 'committed'];
for (const name of beforeGrace)
  test(`killed at move.${name}: no object is lost, and the next process finishes what it left`, async () => {
    const objects = await put();
    expect(await runMover(`move.${name}`)).toBe(false);
    await expectHealed(objects);
  });

for (const name of ['before-unlink', 'source-unlinked', 'source-deleted'])
  test(`killed at move.${name}, when old copies go: every object stays whole`, async () => {
    const objects = await put();
    expect(await runMover()).toBe(true);
    world.clock.pass(0.5);
    expect(await runMover(`move.${name}`)).toBe(false);
    await expectHealed(objects);
  });

test('killed while it recovers, at every step of that, it still heals', async () => {
  const objects = await put();
  expect(await runMover('move.verified')).toBe(false);
  for (const name of ['named', 'published', 'before-commit', 'copied']) {
    expect(await runMover(`move.${name}`)).toBe(false);
    expect(await world.violations(objects)).toEqual([]);
  }
  await expectHealed(objects);
});

test('killed at random instants again and again, it loses nothing', async () => {
  const objects = (await Promise.all(Array.from({ length: 10 }, put))).flat();
  for (let round = 0; round < 6; round++) {
    await runMover(undefined, 400 + Math.random() * 1200);
    expect(await world.violations(objects)).toEqual([]);
  }
  await expectHealed(objects);
});
