import { spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { newId } from '#kernel';
import { type KeyOwner, KeystoreControl, sealBuffer } from '#keys';
import { findCheckout } from '#manifest';
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
async function exportRows(objectId: string): Promise<string> {
  const sql = readFileSync(join(programs, 'key_rows.sql'), 'utf8').replace(":'object';", `'${objectId}'`);
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
