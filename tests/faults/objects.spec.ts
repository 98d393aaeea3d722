import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { SystemDatabase, TenantDatabase } from '#database';
import type { HoldfastError } from '#kernel';
import { firstTier } from '#manifest';
import { IngestService, ObjectSweeper, ObjectSweepModule, PictureStore, PipelineJobsModule } from '#media';
import { ObjectRemoval, ObjectStore, type SeenObject } from '#storage';
import { ObjectReferenceRepository } from '../../libs/media/src/objects/object-reference.repository.ts';
import { makeWorld, type World } from '../integration/pipeline/pipeline-world.ts';
import { buildWorker } from './pipeline-house.ts';

let world: World;
let store: ObjectStore;
let removal: ObjectRemoval;
beforeAll(async () => {
  buildWorker();
  world = await makeWorld({ modules: [PipelineJobsModule, ObjectSweepModule] });
  store = world.app.get(ObjectStore);
  removal = world.app.get(ObjectRemoval);
}, 180_000);
afterAll(() => world?.close());
afterEach(() => vi.useRealTimers());

const sweeperWith = (taking: ObjectRemoval) =>
  new ObjectSweeper(
    world.app.get(SystemDatabase),
    world.app.get(TenantDatabase),
    world.app.get(ObjectReferenceRepository, { strict: false }),
    taking,
    world.appliance,
  );
/** Only the clock that sweeps look at: as if so many hours had passed. */
const later = (hours: number) => vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + hours * 3_600_000 });
const sweep = (rehearsal = false) => world.app.get(ObjectSweeper).sweep({ isRehearsal: rehearsal });
const put = (bytes: Uint8Array) => world.as(() => store.put(bytes));
const isSound = (sha256: string) => world.as(() => store.verify(sha256)).catch(() => false);
const look = async (sha256: string) => (await world.as(() => removal.look(sha256))) as SeenObject;
const rowsOf = (sha256: string) => world.rows(`SELECT FROM stored_object WHERE sha256 = decode($1, 'hex')`, [sha256]);
const remove = (sweeper: ObjectSweeper, object: SeenObject) => world.as(() => sweeper.remove(object));

/** A moment of somebody's work at which a test holds it up. */
function gate() {
  const reached = Promise.withResolvers<void>();
  const released = Promise.withResolvers<void>();
  const pass = async () => {
    reached.resolve();
    await released.promise;
  };
  return { pass, reached: reached.promise, release: released.resolve };
}

test('objects that nothing refers to go once they are old; whatever is named stays', async () => {
  const asset = await world.add(Buffer.from('an original that is named'), 'kept.txt');
  const [{ sha256: original } = { sha256: '' }] = await world.rows<{ sha256: string }>(
    `SELECT encode(object_sha256, 'hex') AS sha256 FROM asset WHERE id = $1`,
    [asset],
  );
  const rendition = await put(Buffer.from('its picture'));
  const replaced = await put(Buffer.from('its picture before'));
  const arriving = await put(Buffer.from('an upload whose asset is not written yet'));
  const neverNamed = await put(Buffer.from('what a crash left'));
  const write = (text: string, ...parameters: unknown[]) =>
    world.rows(text, [world.organisation.organisationId, ...parameters]);
  for (const { sha256, sizeBytes } of [rendition, replaced])
    await write(
      `INSERT INTO stored_object (organisation_id, sha256, size_bytes) VALUES ($1, decode($2, 'hex'), $3)`,
      sha256,
      sizeBytes,
    );
  await write(
    `INSERT INTO rendition (organisation_id, asset_id, kind, object_sha256, media_type, size_bytes)
     VALUES ($1, $2, 'preview', decode($3, 'hex'), 'image/webp', 1)`,
    asset,
    rendition.sha256,
  );
  await write(
    `INSERT INTO upload (organisation_id, id, name, size_bytes, offset_bytes, received_sha256, expires_at)
     VALUES ($1, gen_random_uuid(), 'late.txt', $3, $3, decode($2, 'hex'), now() + interval '1 day')`,
    arriving.sha256,
    arriving.sizeBytes,
  );

  expect(await sweep()).toMatchObject({ examined: 5, orphans: 0 });
  later(world.appliance.objects.orphanHours + 1);
  const bytes = replaced.sizeBytes + neverNamed.sizeBytes;
  const found = { examined: 5, orphans: 2, orphanBytes: bytes, spared: 0 };
  expect(await sweep(true)).toEqual(found);
  expect(await isSound(neverNamed.sha256)).toBe(true);
  expect(await sweep()).toEqual(found);
  for (const gone of [replaced, neverNamed]) {
    expect(await world.as(() => store.stat(gone.sha256))).toBeUndefined();
    expect(await rowsOf(gone.sha256)).toEqual([]);
  }
  for (const kept of [original, rendition.sha256, arriving.sha256]) expect(await isSound(kept)).toBe(true);
  expect(await sweep()).toMatchObject({ examined: 3, orphans: 0 });
});

test('every column that names an object is known to the sweep', async () => {
  const columns = await world.rows<{ name: string }>(
    `SELECT table_name || '.' || column_name AS name FROM information_schema.columns
     WHERE data_type = 'bytea' AND column_name LIKE '%sha256%' ORDER BY 1`,
  );
  expect(columns.map(({ name }) => name)).toEqual([
    'asset.object_sha256',
    'rendition.object_sha256',
    'stored_object.sha256',
    'upload.received_sha256',
    'upload.sha256',
  ]);
});

describe('a sweep and an arrival of the same bytes', () => {
  test('whoever has named the bytes, not yet committed, keeps them', async () => {
    const stored = await put(randomBytes(1000));
    const judged = await look(stored.sha256);
    const { pass, reached, release } = gate();
    const accepted = world.as(() => world.app.get(IngestService).accept({ bytes: stored, name: 'a.bin' }, pass));
    await reached;
    const removed = remove(world.app.get(ObjectSweeper), judged);
    expect(await Promise.race([removed, sleep(300, 'waits')])).toBe('waits');
    release();
    await accepted;
    expect(await removed).toBe(false);
    expect(await isSound(stored.sha256)).toBe(true);
  });

  test('whoever arrives while they are being removed waits, and brings them back', async () => {
    const bytes = randomBytes(1000);
    const { sha256 } = await put(bytes);
    const { pass, reached, release } = gate();
    class Slow extends ObjectRemoval {
      override async setAside(seen: SeenObject) {
        const aside = await super.setAside(seen);
        await pass();
        return aside;
      }
    }
    const removed = remove(sweeperWith(new Slow(firstTier(world.appliance).path)), await look(sha256));
    await reached;
    const arrived = world.add(bytes, 'again.bin');
    expect(await Promise.race([arrived, sleep(300, 'waits')])).toBe('waits');
    release();
    expect(await removed).toBe(true);
    await arrived;
    expect(await isSound(sha256)).toBe(true);
    expect(await rowsOf(sha256)).toHaveLength(1);
  });

  test('bytes that were stored anew after they were judged stay', async () => {
    const bytes = randomBytes(1000);
    const { sha256 } = await put(bytes);
    const judged = await look(sha256);
    await put(bytes);
    expect(await remove(world.app.get(ObjectSweeper), judged)).toBe(false);
    await world.add(bytes, 'again.bin');
    expect(await isSound(sha256)).toBe(true);
  });

  test('whoever took longer than any work should, and names bytes that are gone, is told so and names nothing', async () => {
    const asset = await world.add(randomBytes(100), 'slow.bin');
    const pictures = world.app.get(PictureStore);
    const [made] = await world.as(() =>
      pictures.put([{ kind: 'preview', position: 0, bytes: randomBytes(100), mediaType: 'image/webp', width: 1, height: 1 }]),
    );
    expect(await remove(world.app.get(ObjectSweeper), await look(made?.sha256 ?? ''))).toBe(true);
    const named = world.as(() =>
      world.app.get(TenantDatabase).run((sql) => pictures.replace(sql, asset, ['preview'], made ? [made] : [])),
    );
    await expect(named).rejects.toMatchObject({ code: 'STORAGE_OBJECT_MISSING', fault: 'world' });
    expect(await world.rows('SELECT FROM rendition WHERE asset_id = $1', [asset])).toEqual([]);

    const stored = await put(randomBytes(100));
    class Slow extends ObjectStore {
      override async readEnds(sha256: string, maxBytes: number) {
        const ends = await super.readEnds(sha256, maxBytes);
        await world.app.get(ObjectSweeper).remove(await look(sha256));
        return ends;
      }
    }
    const slow = Object.assign(Object.create(world.app.get(IngestService)), {
      objects: new Slow(firstTier(world.appliance).path),
    }) as IngestService;
    await expect(world.as(() => slow.accept({ bytes: stored, name: 'gone.bin' }))).rejects.toMatchObject({
      code: 'STORAGE_OBJECT_MISSING',
    });
    expect(await rowsOf(stored.sha256)).toEqual([]);
  });

  test('in any order and overlap, no asset ever lacks its bytes', async () => {
    const rounds = Array.from({ length: 60 }, () => randomBytes(2000));
    await Promise.all(
      rounds.map(async (bytes, round) => {
        const { sha256 } = await put(bytes);
        const judged = await look(sha256);
        await Promise.all([
          sleep(round % 7).then(() => remove(world.app.get(ObjectSweeper), judged)),
          sleep(round % 5).then(() =>
            world.add(bytes, `round ${round}`).catch(async (error: HoldfastError) => {
              // Looked for between being set aside and put back: the sender is told to try again.
              expect(error.code).toBe('STORAGE_OBJECT_MISSING');
              await world.add(bytes, `round ${round}`);
            }),
          ),
        ]);
      }),
    );
    const named = await world.rows<{ sha256: string }>(`SELECT encode(object_sha256, 'hex') AS sha256 FROM asset`);
    expect(named.length).toBeGreaterThanOrEqual(rounds.length);
    for (const { sha256 } of named) expect(await isSound(sha256)).toBe(true);
  });
});

describe('a sweep that is killed', () => {
  const child = (failpoint?: string) =>
    promisify(execFile)(
      process.execPath,
      [join(import.meta.dirname, 'sweep.child.ts'), JSON.stringify(world.appliance), '48'],
      { env: { PATH: process.env.PATH, HOLDFAST_LOG_LEVEL: 'fatal', ...(failpoint ? { HOLDFAST_FAILPOINT: failpoint } : {}) } },
    );

  test.each(['sweep.before-commit', 'sweep.after-commit'])(
    'at %s loses nothing that is named, and the next completes it',
    async (failpoint) => {
      const bytes = randomBytes(3000);
      const { sha256 } = await put(bytes);
      await expect(child(failpoint)).rejects.toMatchObject({ signal: 'SIGKILL' });
      expect(existsSync(join(firstTier(world.appliance).path, '.aside'))).toBe(true);
      // Whoever starts next puts back what was left aside; the same bytes may arrive before that or after.
      expect(await removal.putBackAll()).toBe(1);
      expect(await isSound(sha256)).toBe(true);
      const named = await world.rows<{ sha256: string }>(`SELECT encode(object_sha256, 'hex') AS sha256 FROM asset`);
      for (const asset of named) expect(await isSound(asset.sha256)).toBe(true);
      const { stdout } = await child();
      expect(JSON.parse(stdout)).toMatchObject({ spared: 0 });
      expect(await world.as(() => store.stat(sha256))).toBeUndefined();
      expect(await rowsOf(sha256)).toEqual([]);
      expect(readdirSync(join(firstTier(world.appliance).path, '.aside'))).toEqual([]);
    },
  );

  test('takes back what it set aside when the database fails it', async () => {
    const { sha256 } = await put(randomBytes(500));
    class Failing extends ObjectRemoval {
      override async setAside(seen: SeenObject) {
        const aside = await super.setAside(seen);
        // The transaction fails after this: the connection is gone.
        await world.app
          .get(TenantDatabase)
          .run((sql) => sql.run('SELECT pg_terminate_backend(pg_backend_pid())'))
          .catch(() => {});
        return aside;
      }
    }
    const failing = sweeperWith(new Failing(firstTier(world.appliance).path));
    await expect(remove(failing, await look(sha256))).rejects.toThrow(/terminated/);
    expect(await isSound(sha256)).toBe(true);
  });
});
