import { generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import { expect, test } from 'vitest';
import { type Canonical, canonicalJson } from './canonical-json.ts';
import { firstPrevious, hashOfLine } from './tombstone.ts';
import { verifyCertificate, verifyInLedger } from './verify-certificate.ts';

const { privateKey, publicKey } = generateKeyPairSync('ed25519');
const raw = (key: KeyObject) => Buffer.from(key.export({ format: 'jwk' }).x ?? '', 'base64url').toString('base64');
const signed = (said: { [name: string]: Canonical }) =>
  sign(null, Buffer.from(canonicalJson(said)), privateKey).toString('base64');

const tombstone = {
  format: 'holdfast-tombstone-1',
  sequence: 1,
  at: '2026-11-20T10:00:00.000Z',
  organisationId: '0199a1f0-0000-7000-8000-000000000001',
  act: 'key-destroyed',
  keyId: '0199a1f0-0000-7000-8000-000000000002',
  keyKind: 'person',
  objectIds: [],
  previous: firstPrevious,
};
const line = canonicalJson({ ...tombstone, publicKey: raw(publicKey), signature: signed(tombstone) });
const certificate = {
  format: 'holdfast-erasure-certificate-1',
  id: '1',
  issuedAt: '2026-11-20T10:00:01.000Z',
  organisationId: tombstone.organisationId,
  keyId: tombstone.keyId,
  keyKind: 'person',
  destroyedAt: tombstone.at,
  backupsUnreadableAt: '2026-12-22T10:00:00.000Z',
  tombstone: { sequence: 1, sha256: hashOfLine(line) },
};
const good = { certificate, publicKey: raw(publicKey), signature: signed(certificate) };

test('a certificate proves what it says, with its tombstone in the ledger', () => {
  const said = verifyCertificate(good, raw(publicKey));
  expect(said).toMatchObject({ keyKind: 'person', destroyedAt: tombstone.at });
  expect(() => verifyInLedger(said, [line], raw(publicKey))).not.toThrow();
});

test.each([
  ['another key', good, raw(generateKeyPairSync('ed25519').publicKey), 'names another key'],
  ['a changed word', { ...good, certificate: { ...certificate, keyKind: 'collection' } }, raw(publicKey), 'not signed'],
  ['something else', { hello: 1 }, raw(publicKey), 'no certificate'],
  ['a fraction', { ...good, certificate: { ...certificate, objects: 1.5 } }, raw(publicKey), 'proves nothing'],
])('%s is refused', (_, content, key, why) => {
  expect(() => verifyCertificate(content, key)).toThrow(expect.objectContaining({ message: expect.stringContaining(why) }));
});

test('a ledger without its tombstone refuses it', () => {
  const said = verifyCertificate(good, raw(publicKey));
  expect(() => verifyInLedger(said, [], raw(publicKey))).toThrow(expect.objectContaining({ code: 'KEYS_CERTIFICATE_INVALID' }));
});
