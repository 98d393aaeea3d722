import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { SystemDatabase } from '#database';
import { newId, runAs, type TenantContext } from '#kernel';
import { ErasureModule, ErasureService, IngestService, PipelineJobsModule } from '#media';
import { ObjectStore } from '#storage';
import { makeWorld, type World } from '../integration/pipeline/pipeline-world.ts';
import { buildWorker } from './pipeline-house.ts';

let world: World;
beforeAll(async () => {
  buildWorker();
  world = await makeWorld({ modules: [PipelineJobsModule, ErasureModule] });
}, 180_000);
afterAll(() => world?.close());

async function newMember(): Promise<TenantContext> {
  const id = newId();
  await world.app.get(SystemDatabase).run(async (sql) => {
    await sql.run(`INSERT INTO account (id, email, display_name, password_hash) VALUES ($1, $2, $2, '')`, [
      id,
      `${id}@example.org`,
    ]);
    await sql.run(`INSERT INTO membership (organisation_id, account_id, role) VALUES ($1, $2, 'operator')`, [
      world.organisation.organisationId,
      id,
    ]);
  });
  return { ...world.organisation, actor: { kind: 'account', id, label: id } };
}

const bring = (person: TenantContext, bytes: Buffer) =>
  runAs(person, async () => {
    const stored = await world.app.get(ObjectStore).put(bytes);
    await world.app.get(IngestService).accept({ bytes: stored, name: `${stored.sha256.slice(0, 8)}.bin` });
    return stored.sha256;
  });
const isReadable = (sha256: string) => world.as(() => world.app.get(ObjectStore).verify(sha256)).catch(() => false);

test.each(['erasure.handed-over', 'erasure.removed-batch', 'erasure.destroyed'])(
  'an erasure that is killed at %s takes nothing from others, and is done by the next who goes on with it',
  async (failpoint) => {
    const [leaving, staying] = [await newMember(), await newMember()];
    const own = await Promise.all(Array.from({ length: 12 }, () => bring(leaving, randomBytes(3000))));
    const both = randomBytes(4000);
    const shared = await bring(leaving, both);
    await bring(staying, both);
    const kept = await bring(staying, randomBytes(100));
    const erasures = world.app.get(ErasureService, { strict: false });
    const subject = { kind: 'person' as const, id: leaving.actor.id };
    const { id } = await world.as(async () => erasures.request(subject, (await erasures.preview(subject)).assets, ''));
    const [job] = await world.rows<{ id: string }>(`SELECT id FROM outbox WHERE payload->>'erasureId' = $1`, [id]);
    const child = (environment: Record<string, string>) =>
      promisify(execFile)(
        process.execPath,
        [
          join(import.meta.dirname, 'erasure.child.ts'),
          JSON.stringify(world.appliance),
          JSON.stringify(world.organisation),
          id,
          job?.id ?? '',
        ],
        { env: { PATH: process.env.PATH, HOLDFAST_LOG_LEVEL: 'fatal', ...environment } },
      );
    await expect(child({ HOLDFAST_FAILPOINT: failpoint })).rejects.toMatchObject({ signal: 'SIGKILL' });
    for (const sha256 of [shared, kept]) expect(await isReadable(sha256)).toBe(true);
    await child({});
    expect(await world.as(() => erasures.get(id))).toMatchObject({ state: 'done', assets: 12, error: null });
    for (const sha256 of [shared, kept]) expect(await isReadable(sha256)).toBe(true);
    for (const sha256 of own) expect(await isReadable(sha256)).toBe(false);
    expect(await world.rows('SELECT FROM asset WHERE added_by = $1', [leaving.actor.id])).toEqual([]);
  },
);
