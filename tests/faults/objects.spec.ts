import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { TenantDatabase } from '#database';
import { firstTier } from '#manifest';
import { IngestService, ObjectSweeper, ObjectSweepModule, PictureStore, PipelineJobsModule } from '#media';
import { FileDisposal, ObjectStore, type StoredBytes } from '#storage';
import { makeWorld, type World } from '../integration/pipeline/pipeline-world.ts';
import { buildWorker } from './pipeline-house.ts';

let world: World;
let store: ObjectStore;
beforeAll(async () => {
  buildWorker();
  world = await makeWorld({ modules: [PipelineJobsModule, ObjectSweepModule] });
  store = world.app.get(ObjectStore);
}, 180_000);
afterAll(() => world?.close());
afterEach(() => vi.useRealTimers());

/** Only the clock that sweeps look at: as if so many hours had passed. */
const later = (hours: number) => vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + hours * 3_600_000 });
const sweep = (rehearsal = false) => world.app.get(ObjectSweeper).sweep({ isRehearsal: rehearsal });
const put = (bytes: Uint8Array) => world.as(() => store.put(bytes));
const isSound = (sha256: string) => world.as(() => store.verify(sha256)).catch(() => false);
const rowsOf = (sha256: string) =>
  world.rows<{ id: string }>(`SELECT id FROM stored_object WHERE sha256 = decode($1, 'hex')`, [sha256]);
/** As a sweep does that judged the object old enough a moment ago. */
const remove = (stored: StoredBytes, judgedAt = new Date(Date.now() + 1000)) =>
  world.as(() => world.app.get(ObjectSweeper).remove(stored, judgedAt));
const files = () =>
  readdirSync(join(firstTier(world.appliance).path, world.organisation.organisationId), {
    recursive: true,
    withFileTypes: true,
  })
    .filter((entry) => entry.isFile())
    .map(({ name }) => name);
/** What is of no use any more is kept a while for whoever is about to read it; here nobody is. */
const disposeNow = async () => {
  await world.rows(`UPDATE file_disposal SET due_at = now()`);
  return world.app.get(FileDisposal).sweep();
};

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

  expect(await sweep()).toMatchObject({ examined: 0, orphans: 0 });
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
  expect(files()).toHaveLength(5);
  expect(await disposeNow()).toMatchObject({ files: 2 });
  expect(files()).toHaveLength(3);
  for (const kept of [original, rendition.sha256, arriving.sha256]) expect(await isSound(kept)).toBe(true);
  expect(await sweep()).toMatchObject({ examined: 3, orphans: 0 });
});

// What a file hashes to (file_sha256) names no object.
test('every column that names an object is known to the sweep', async () => {
  const columns = await world.rows<{ name: string }>(
    `SELECT table_name || '.' || column_name AS name FROM information_schema.columns
     WHERE data_type = 'bytea' AND column_name LIKE '%sha256%' AND column_name <> 'file_sha256' ORDER BY 1`,
  );
  expect(columns.map(({ name }) => name)).toEqual([
    'asset.object_sha256',
    'rendition.object_sha256',
    'stored_object.sha256',
    'upload.received_sha256',
    'upload.sha256',
  ]);
});

test('what people hold is never swept', async () => {
  const { sha256 } = await put(randomBytes(100));
  await world.rows(`UPDATE stored_object SET held = true WHERE sha256 = decode($1, 'hex')`, [sha256]);
  later(world.appliance.objects.orphanHours + 1);
  expect(await sweep()).toMatchObject({ orphans: 0 });
  expect(await isSound(sha256)).toBe(true);
});

describe('a sweep and an arrival of the same bytes', () => {
  test('whoever has named the bytes, not yet committed, keeps them', async () => {
    const stored = await put(randomBytes(1000));
    const { pass, reached, release } = gate();
    const accepted = world.as(() => world.app.get(IngestService).accept({ bytes: stored, name: 'a.bin' }, pass));
    await reached;
    const removed = remove(stored);
    expect(await Promise.race([removed, sleep(300, 'waits')])).toBe('waits');
    release();
    await accepted;
    expect(await removed).toBe(false);
    expect(await isSound(stored.sha256)).toBe(true);
  });

  test('whoever stores them while they are being removed gets a file of its own, which the old one’s end does not touch', async () => {
    const bytes = randomBytes(1000);
    const stored = await put(bytes);
    const [before] = await rowsOf(stored.sha256);
    expect(await remove(stored)).toBe(true);
    await world.add(bytes, 'again.bin');
    const [after] = await rowsOf(stored.sha256);
    expect(after?.id).not.toBe(before?.id);
    await disposeNow();
    expect(files()).not.toContain(before?.id);
    expect(await isSound(stored.sha256)).toBe(true);
  });

  test('bytes that were stored anew after they were judged stay', async () => {
    const bytes = randomBytes(1000);
    const stored = await put(bytes);
    const judgedAt = new Date();
    await put(bytes);
    expect(await remove(stored, judgedAt)).toBe(false);
    await world.add(bytes, 'again.bin');
    expect(await isSound(stored.sha256)).toBe(true);
  });

  test('whoever took longer than any work should, and names bytes that are gone, names nothing', async () => {
    const asset = await world.add(randomBytes(100), 'slow.bin');
    const [{ sha256: original } = { sha256: '' }] = await world.rows<{ sha256: string }>(
      `SELECT encode(object_sha256, 'hex') AS sha256 FROM asset WHERE id = $1`,
      [asset],
    );
    const pictures = world.app.get(PictureStore);
    const picture = {
      kind: 'preview' as const,
      position: 0,
      bytes: randomBytes(100),
      mediaType: 'image/webp',
      width: 1,
      height: 1,
    };
    const [made] = await world.as(() => pictures.put(original, [picture]));
    expect(await remove(made as StoredBytes)).toBe(true);
    const named = world.as(() =>
      world.app.get(TenantDatabase).run((sql) => pictures.replace(sql, asset, ['preview'], made ? [made] : [])),
    );
    await expect(named).rejects.toMatchObject({ values: { sqlState: '23503' } });
    expect(await world.rows('SELECT FROM rendition WHERE asset_id = $1', [asset])).toEqual([]);
  });

  test('in any order and overlap, no asset ever lacks its bytes', async () => {
    const rounds = Array.from({ length: 60 }, () => randomBytes(2000));
    await Promise.all(
      rounds.map(async (bytes, round) => {
        const stored = await put(bytes);
        await Promise.all([
          sleep(round % 7).then(() => remove(stored)),
          // Removed between being stored and being named, as no sweep does before its time: whoever names it is told, and stores it again.
          sleep(round % 5).then(() => world.add(bytes, `round ${round}`).catch(() => world.add(bytes, `round ${round}`))),
        ]);
      }),
    );
    await disposeNow();
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

  test.each([
    ['sweep.before-commit', 1],
    ['sweep.after-commit', 0],
  ])('at %s loses nothing that is named, and the next completes it', async (failpoint, rowsLeft) => {
    const { sha256 } = await put(randomBytes(3000));
    const [before] = await rowsOf(sha256);
    await expect(child(failpoint)).rejects.toMatchObject({ signal: 'SIGKILL' });
    expect(await rowsOf(sha256)).toHaveLength(rowsLeft);
    const named = await world.rows<{ sha256: string }>(`SELECT encode(object_sha256, 'hex') AS sha256 FROM asset`);
    for (const asset of named) expect(await isSound(asset.sha256)).toBe(true);
    const { stdout } = await child();
    expect(JSON.parse(stdout)).toMatchObject({ spared: 0 });
    expect(await rowsOf(sha256)).toEqual([]);
    await disposeNow();
    expect(files()).not.toContain(before?.id);
    expect(await world.rows('SELECT FROM file_disposal')).toEqual([]);
  });
});
