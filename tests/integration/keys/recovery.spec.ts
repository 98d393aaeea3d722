import { spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { newId } from '#kernel';
import { type KeyOwner, KeystoreControl, sealBuffer } from '#keys';
import { findCheckout } from '#manifest';
import { AssetTexts } from '../../../libs/media/src/text/asset-texts.ts';
import { SealedTextRepository } from '../../../libs/media/src/text/sealed-text.repository.ts';
import { type KeyHouse, makeKeyHouse } from './key-house.ts';

const python = '/usr/bin/python3';
const programs = join(findCheckout(), 'scripts', 'recovery');
const folder = mkdtempSync(join(tmpdir(), 'holdfast-recovery-'));
let house: KeyHouse;
beforeAll(async () => {
  house = await makeKeyHouse();
});
afterAll(async () => {
  await house?.close();
  rmSync(folder, { recursive: true });
});

const path = (name: string) => join(folder, name);
const run = (program: string, ...given: string[]) =>
  spawnSync(python, [join(programs, program), ...given], { encoding: 'utf8' });

/** Stores an object as the storage library does; answers its id and plaintext. */
async function store(owner: KeyOwner) {
  const objectId = newId();
  const { organisationId } = house.museum;
  const plain = randomBytes(300_000);
  const { dataKey, wrapped } = await house.inMuseum(() => house.keyring.newDataKey(owner, objectId));
  const sealed = sealBuffer(dataKey, { organisationId, objectId, version: 1 }, plain);
  writeFileSync(path(objectId), sealed);
  await house.rows(
    `INSERT INTO stored_object (organisation_id, id, sha256, size_bytes, format, file_bytes, file_sha256, key_id, key_version, wrapped_key)
     VALUES ($1, $2, sha256($3), $4, 'sealed', $5, sha256($3), $6, $7, $8)`,
    [organisationId, objectId, randomBytes(8), plain.length, sealed.length, wrapped.keyId, wrapped.keyVersion, wrapped.wrapped],
  );
  return { objectId, plain, keyId: wrapped.keyId };
}

/** What psql would write. */
async function exportRows(objectId: string, program = 'key_rows.sql'): Promise<string> {
  const sql = readFileSync(join(programs, program), 'utf8').replace(/:'(object|asset)';/, `'${objectId}'`);
  const [row] = await house.rows<{ json_build_object: unknown }>(sql);
  writeFileSync(path('rows.json'), JSON.stringify(row?.json_build_object));
  return path('rows.json');
}

const hasCryptography = spawnSync(python, ['-c', 'import cryptography']).status === 0;

test.for<[string, () => KeyOwner]>([
  ['a person', () => ({ kind: 'person', id: newId() })],
  ['the organisation', () => ({ kind: 'organisation' })],
])(
  'K07 an object of %s is read from keystore, database and file alone, also after every key was rotated',
  async ([, ownerOf], ctx) => {
    if (!hasCryptography) ctx.skip('python3-cryptography is not installed');
    const { objectId, plain, keyId } = await store(ownerOf());
    const shares = await new KeystoreControl(house.socketPath).makeShares();
    await house.services.providerKeys.rotate('hf-subject');
    await house.services.providerKeys.rotate('hf-organisation');
    await house.inMuseum(() => house.services.keys.rotate(keyId));
    const [row] = await house.rows('SELECT key_version FROM stored_object WHERE id = $1', [objectId]);
    expect(row?.key_version).toBe(2);
    const rows = await exportRows(objectId);
    const found = run('open_key.py', dirname(house.socketPath), rows);
    expect(found).toMatchObject({ status: 0, stderr: '' });
    writeFileSync(path('key.json'), found.stdout);
    expect(run('open_object.py', path(objectId), path('key.json'), path(`${objectId}.plain`))).toMatchObject({
      status: 0,
      stderr: '',
    });
    expect(readFileSync(path(`${objectId}.plain`)).equals(plain)).toBe(true);

    writeFileSync(path('shares'), shares.slice(1, 4).join('\n'));
    expect(run('open_key.py', dirname(house.socketPath), rows, '--shares', path('shares')).stdout).toBe(found.stdout);
    writeFileSync(path('shares'), shares.slice(1, 3).join('\n'));
    expect(run('open_key.py', dirname(house.socketPath), rows, '--shares', path('shares'))).toMatchObject({
      status: 1,
      stdout: '',
    });
  },
);

test('K07 what is read and said in an asset is read from keystore and database alone', async (ctx) => {
  if (!hasCryptography) ctx.skip('python3-cryptography is not installed');
  const assetId = newId();
  const { objectId } = await store({ kind: 'person', id: newId() });
  await house.rows(
    `INSERT INTO asset (organisation_id, id, object_sha256, size_bytes, name, folder, kind, media_type, state)
     SELECT organisation_id, $1, sha256, size_bytes, 'a', '', 'video', 'video/mp4', 'ready' FROM stored_object WHERE id = $2`,
    [assetId, objectId],
  );
  const said = Array.from({ length: 40 }, (_, position) => ({
    ...{
      position,
      startSeconds: position,
      endSeconds: position + 1,
      text: `Satz ${position} über Möwen, ${'und '.repeat(300)}`,
    },
    words: [{ text: 'Möwen', confidence: 0.5, start: position, end: position + 0.5 }],
  }));
  const texts = new AssetTexts(house.tenant, new SealedTextRepository(), house.keyring);
  await house.inMuseum(async () => {
    const sealed = await texts.seal(assetId, 'speech', said);
    expect(sealed.parts.length).toBeGreaterThan(2);
    await house.tenant.run((sql) => texts.replace(sql, sealed));
  });
  const rows = await exportRows(assetId, 'text_rows.sql');
  const read = run('open_text.py', dirname(house.socketPath), rows);
  expect(read).toMatchObject({ status: 0, stderr: '' });
  expect(JSON.parse(read.stdout)).toEqual(said.map((segment) => ({ ...segment, source: 'speech', page: null })));

  const damaged = JSON.parse(readFileSync(rows, 'utf8'));
  damaged.parts.pop();
  writeFileSync(path('damaged.json'), JSON.stringify(damaged));
  expect(run('open_text.py', dirname(house.socketPath), path('damaged.json'))).toMatchObject({ status: 1, stdout: '' });
});
