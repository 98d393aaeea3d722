import { execFileSync, spawnSync } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { newId } from '#kernel';
import { findCheckout } from '#manifest';
import { sealedChunkBytes, sealedHeaderBytes } from './layout.ts';
import { sealBuffer } from './sealed-buffer.ts';

const vectorsFile = join(findCheckout(), 'docs', 'formats', 'sealed-object.vectors.json');
const reader = join(findCheckout(), 'scripts', 'recovery', 'open_object.py');
/** Debian's own, which has Debian's python3-cryptography. */
const python = '/usr/bin/python3';
const folder = mkdtempSync(join(tmpdir(), 'holdfast-sealed-'));
afterAll(() => rmSync(folder, { recursive: true }));

const key = {
  organisationId: '0190a1b2-c3d4-7e5f-8a6b-7c8d9e0f1a2b',
  objectId: '0190a1b2-c3d4-7e5f-9c8d-1e2f3a4b5c6d',
  version: 7,
  dataKey: Buffer.from(Array.from({ length: 32 }, (_, index) => index)).toString('hex'),
};
const sizes = {
  empty: 0,
  'one byte': 1,
  'one chunk less a byte': sealedChunkBytes - 1,
  'one chunk': sealedChunkBytes,
  'one chunk and a byte': sealedChunkBytes + 1,
  'three chunks': 3 * sealedChunkBytes,
};

function vectorOf(name: string, plainBytes: number, index: number) {
  const salt = Buffer.alloc(24, 0xa0 + index);
  const plain = Buffer.from(Uint8Array.from({ length: plainBytes }, (_, at) => at % 251));
  const sealed = sealBuffer(Buffer.from(key.dataKey, 'hex'), key, plain, salt);
  return {
    name,
    plainBytes,
    salt: salt.toString('hex'),
    header: sealed.toString('hex', 0, sealedHeaderBytes),
    sealedBytes: sealed.length,
    sealedSha256: createHash('sha256').update(sealed).digest('hex'),
    // Whole where it is short; else its last tag, which is the last to go wrong.
    ...(sealed.length < 100 ? { sealed: sealed.toString('hex') } : { lastTag: sealed.toString('hex', sealed.length - 16) }),
  };
}

const canOpenInPython = () => spawnSync(python, ['-c', 'import cryptography']).status === 0;

test('the published vectors are what this code makes', async () => {
  const vectors = Object.entries(sizes).map(([name, size], index) => vectorOf(name, size, index));
  const rule = 'Byte i of every plaintext is i modulo 251. Salts are given here; in real objects they are random.';
  await expect(`${JSON.stringify({ rule, key, vectors }, null, 2)}\n`).toMatchFileSnapshot(vectorsFile);
});

test('the independent reader agrees with the published vectors', (ctx) => {
  if (!canOpenInPython()) ctx.skip('python3-cryptography is not installed');
  expect(execFileSync(python, [reader, '--self-test', vectorsFile], { encoding: 'utf8' })).toBe('All 6 vectors agree.\n');
});

test('the independent reader opens what this code sealed, and refuses it damaged', (ctx) => {
  if (!canOpenInPython()) ctx.skip('python3-cryptography is not installed');
  const [file, keyFile, output] = ['object', 'key.json', 'plain'].map((name) => join(folder, name)) as [string, string, string];
  const dataKey = randomBytes(32);
  const context = { organisationId: newId(), objectId: newId(), version: 1 };
  const plain = randomBytes(2 * sealedChunkBytes + 4711);
  const sealed = sealBuffer(dataKey, context, plain);
  writeFileSync(keyFile, JSON.stringify({ ...context, dataKey: dataKey.toString('hex') }));
  const read = () => spawnSync(python, [reader, file, keyFile, output], { encoding: 'utf8' });

  writeFileSync(file, sealed);
  expect(read()).toMatchObject({ status: 0, stderr: '' });
  expect(readFileSync(output).equals(plain)).toBe(true);
  rmSync(output);

  writeFileSync(file, sealed.fill(0, 300_000, 300_001).subarray(0, -1));
  expect(read()).toMatchObject({ status: 1, stderr: `${file}: Chunk 1 is not what was sealed.\n` });
  expect(existsSync(output) || existsSync(`${output}.partial`)).toBe(false);
});
