import { createHash, randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { TenantDatabase } from '#database';

import { asSuperuser } from '#supervisor';
import { CandidateRepository } from '../../../libs/media/src/retention/candidate.repository.ts';
import { type Candidate, daysAfter, decide } from '../../../libs/media/src/retention/domain/decide.ts';
import { defaultPolicies, type Policies } from '../../../libs/media/src/retention/domain/retention-class.ts';
import { RetentionPlanner } from '../../../libs/media/src/retention/retention-planner.ts';
import { makeRetentionWorld, type RetentionWorld } from './retention-world.ts';

// A preview is added up in the database, a run goes by the pure rules asset by asset: they must never differ.

const start = new Date('2026-01-01T00:00:00.000Z');
const kinds = ['image', 'video', 'audio', 'document', 'text', 'unknown'];
const assets = 400;

let world: RetentionWorld;
let ids: string[];
/** The same numbers at every run. */
const chance = (name: string, below: number) => createHash('sha256').update(name).digest().readUInt32BE(0) % below;
const sha256 = (name: string) => createHash('sha256').update(name).digest();

beforeAll(async () => {
  world = await makeRetentionWorld();
  ids = Array.from({ length: assets }, () => randomUUID());
  for (const [index, id] of ids.entries()) await bring(id, index);
  await asSuperuser(world.appliance.socketFolder, world.appliance.databaseName, (client) =>
    client.query(
      `INSERT INTO tier_move (organisation_id, id, object_id, generation, from_tier, to_tier, rule, reason, file_name, file_bytes, file_sha256, state, planned_at, updated_at)
       SELECT o.organisation_id, gen_random_uuid(), o.id, 1, 'hot', 'warm', 'age', '', '', 1, o.sha256, 'copying', now(), now()
       FROM stored_object o WHERE get_byte(o.sha256, 1) < 16`,
    ),
  );
  const held = ids.filter((_, index) => chance(`held ${index}`, 8) === 0);
  await world.as(() => world.holds.place({ name: 'Case', reason: 'Held.', assetIds: held }));
  // Bytes that an asset shares with a held one.
  await world.rows(`UPDATE stored_object SET held = true WHERE get_byte(sha256, 2) < 8`);
}, 180_000);
afterAll(() => world?.close());

async function bring(id: string, index: number): Promise<void> {
  const organisation = world.organisation.organisationId;
  const sizes = [300_000 + index, 1000, 262_144];
  const hashes = sizes.map((_, part) => sha256(`${index} ${part}`));
  for (const [part, size] of sizes.entries())
    await world.rows(
      `INSERT INTO stored_object (organisation_id, sha256, size_bytes, file_bytes) VALUES ($1, $2, $3::bigint, 64 + $3 + 16 * ($3 / 262144 + 1))`,
      [organisation, hashes[part], size],
    );
  const added = daysAfter(start, chance(`added ${index}`, 400));
  const trashed = chance(`trashed ${index}`, 3) === 0 ? daysAfter(added, chance(`days ${index}`, 60)) : null;
  await world.rows(
    `INSERT INTO asset (organisation_id, id, object_sha256, name, kind, media_type, size_bytes, state, added_at, trashed_at)
     VALUES ($1, $2, $3, 'a', $4, 'a/b', $5, 'ready', $6, $7)`,
    [organisation, id, hashes[0], kinds[chance(`kind ${index}`, kinds.length)], sizes[0], added, trashed],
  );
  for (const part of [1, 2].slice(0, chance(`parts ${index}`, 3)))
    await world.rows(
      `INSERT INTO rendition (organisation_id, asset_id, kind, position, object_sha256, media_type, size_bytes) VALUES ($1, $2, 'page', $3, $4, 'a/b', $5)`,
      [organisation, id, part, hashes[part], sizes[part]],
    );
}

const all = () => world.as(() => world.app.get(TenantDatabase).run((sql) => world.app.get(CandidateRepository).find(sql, ids)));
const preview = (policies: Policies, at: Date) => world.as(() => world.app.get(RetentionPlanner).preview(policies, at));
const sum = (found: readonly Candidate[]) => ({
  assets: found.length,
  objects: found.reduce((total, { objects }) => total + objects, 0),
  bytes: found.reduce((total, { bytes }) => total + bytes, 0),
});

const somePolicies: Policies[] = [
  defaultPolicies,
  { ...defaultPolicies, trash: null },
  { ...defaultPolicies, 'original-video': 30 },
  { ...defaultPolicies, 'original-video': 30, trash: null },
  { ...defaultPolicies, 'original-image': 1, 'original-document': 200, 'original-other': 70, trash: 10 },
  { ...defaultPolicies, 'original-image': 90, 'original-audio': 91, 'original-video': 92, trash: 45 },
];

test.each(somePolicies)('what a preview adds up is what the rules say of each asset: %j', async (policies) => {
  const candidates = await all();
  for (const day of [0, 100, 250, 430, 900]) {
    const at = daysAfter(start, day);
    const expected = (verdict: string, name?: string) =>
      sum(
        candidates.filter((one) => {
          const decided = decide(one, policies, at);
          return decided.verdict === verdict && (name === undefined || decided.due?.class === name);
        }),
      );
    const { total, held, moving, byClass } = await preview(policies, at);
    expect({ total, held, moving }).toEqual({
      total: expected('delete'),
      held: expected('held'),
      moving: expected('moving'),
    });
    for (const { class: name, amount } of byClass) expect(amount).toEqual(expected('delete', name));
    expect(byClass.reduce((count, { amount }) => count + amount.assets, 0)).toBe(total.assets);
  }
});

test('as many assets of the same size that are others are another digest', async () => {
  const policies = { ...defaultPolicies, 'original-image': 1 };
  const at = daysAfter(start, 900);
  const before = await preview(policies, at);
  expect((await preview(policies, at)).digest).toBe(before.digest);
  const [first] = (await all()).filter((one) => decide(one, policies, at).verdict === 'delete' && one.objects === 1);
  await world.rows('UPDATE asset SET id = $2 WHERE id = $1', [first?.assetId, randomUUID()]);
  const after = await preview(policies, at);
  expect(after.total).toEqual(before.total);
  expect(after.digest).not.toBe(before.digest);
});
