import { createHash, randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { firstTier } from '#manifest';
import { MediaJobsModule, PipelineJobsModule } from '#media';
import { FileDisposal, ObjectStore } from '#storage';
import { PlainObjectSealer } from '../../../libs/media/src/objects/plain-object-sealer.ts';
import { objectPath } from '../../../libs/storage/src/object-path.ts';
import { makeWorld, type World } from '../pipeline/pipeline-world.ts';

let world: World;
beforeAll(async () => {
  world = await makeWorld({ modules: [PipelineJobsModule, MediaJobsModule] });
});
afterAll(() => world?.close());

const sha256Of = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');
const pathOf = (sha256: string) => objectPath(firstTier(world.appliance).path, world.organisation.organisationId, sha256);

async function addPlain(bytes: Buffer): Promise<string> {
  const sha256 = sha256Of(bytes);
  mkdirSync(join(pathOf(sha256), '..'), { recursive: true });
  writeFileSync(pathOf(sha256), bytes);
  await world.rows(`INSERT INTO stored_object (organisation_id, sha256, size_bytes) VALUES ($1, decode($2, 'hex'), $3)`, [
    world.organisation.organisationId,
    sha256,
    bytes.length,
  ]);
  return sha256;
}

test('objects from before are sealed in the background; what cannot be read waits, and the plain files go', async () => {
  const all = [randomBytes(10), randomBytes(700_000), randomBytes(0), randomBytes(2_000_000)];
  const hashes = await Promise.all(all.map(addPlain));
  const lost = await addPlain(randomBytes(99));
  rmSync(pathOf(lost));
  const sealer = world.app.get(PlainObjectSealer, { strict: false });
  expect(await sealer.seal()).toBe(4);
  await world.rows('UPDATE file_disposal SET due_at = now()');
  expect(await world.app.get(FileDisposal).sweep()).toMatchObject({ files: 4 });
  for (const [index, sha256] of hashes.entries()) {
    expect(existsSync(pathOf(sha256))).toBe(false);
    expect((await world.as(() => world.app.get(ObjectStore).read(sha256))).equals(all[index] as Buffer)).toBe(true);
  }
  expect(await world.rows(`SELECT FROM stored_object WHERE format = 'plain'`)).toHaveLength(1);
  expect(await sealer.seal()).toBe(0);
});
