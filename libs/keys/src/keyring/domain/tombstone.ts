import { createHash, createPublicKey, verify } from 'node:crypto';
import { z } from 'zod';
import { keyringError } from '../keyring-error.ts';
import { canonicalJson } from './canonical-json.ts';

const tombstone = z.strictObject({
  format: z.literal('holdfast-tombstone-1'),
  /** From 1, without gaps. */
  sequence: z.int().positive(),
  at: z.iso.datetime(),
  organisationId: z.uuid(),
  act: z.enum(['key-destroyed', 'objects-destroyed']),
  /** The key that was destroyed, and whose it was; null where it is about objects. */
  keyId: z.uuid().nullable(),
  keyKind: z.enum(['organisation', 'person', 'collection']).nullable(),
  /** Objects whose data keys were destroyed. */
  objectIds: z.array(z.uuid()),
  /** SHA-256 of the line before, hexadecimal; zeros before the first. */
  previous: z.string().regex(/^[0-9a-f]{64}$/),
});
const signed = tombstone.extend({ publicKey: z.base64(), signature: z.base64() });

/** What was destroyed, for good: identifiers only, nothing about anybody. One line of the ledger, in canonical JSON. */
export type Tombstone = z.output<typeof tombstone>;
export type SignedTombstone = z.output<typeof signed>;

export const firstPrevious = '0'.repeat(64);

/** SHA-256 of a line without its end, hexadecimal. */
export function hashOfLine(line: string): string {
  return createHash('sha256').update(line).digest('hex');
}

/** Whether an Ed25519 signature (base64) over a text fits a raw public key (base64). */
export function isSignedBy(publicKey: string, text: string, signature: string): boolean {
  const x = Buffer.from(publicKey, 'base64').toString('base64url');
  try {
    const key = createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x }, format: 'jwk' });
    return verify(null, Buffer.from(text), key, Buffer.from(signature, 'base64'));
  } catch {
    return false;
  }
}

function damaged(sequence: number, what: string) {
  return keyringError('KEYS_LEDGER_DAMAGED', `Line ${sequence} of the ledger of tombstones ${what}.`, { sequence });
}

function parseJson(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}

/** Reads lines that follow each other from `firstSequence` on. Throws KEYS_LEDGER_DAMAGED naming the first that does not belong there. */
export function readLedger(lines: readonly string[], firstSequence = 1, previous = firstPrevious): SignedTombstone[] {
  let expected = previous;
  return lines.map((line, index) => {
    const sequence = firstSequence + index;
    const result = signed.safeParse(parseJson(line));
    if (!result.success || canonicalJson(result.data) !== line) throw damaged(sequence, 'is no tombstone');
    const { publicKey, signature, ...rest } = result.data;
    if (rest.sequence !== sequence || rest.previous !== expected) throw damaged(sequence, 'does not follow the one before');
    if (!isSignedBy(publicKey, canonicalJson(rest), signature))
      throw damaged(sequence, 'is not signed by the key that it names');
    expected = hashOfLine(line);
    return result.data;
  });
}

/** One line of a ledger that was read as a whole before. Throws KEYS_LEDGER_DAMAGED for anything else. */
export function readTombstone(line: string): SignedTombstone {
  const result = signed.safeParse(parseJson(line));
  if (!result.success) throw keyringError('KEYS_LEDGER_DAMAGED', 'The database holds a tombstone that is none.');
  return result.data;
}
