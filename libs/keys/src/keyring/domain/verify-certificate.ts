import { z } from 'zod';
import { keyringError } from '../keyring-error.ts';
import { type Canonical, canonicalJson } from './canonical-json.ts';
import { hashOfLine, isSignedBy, readLedger } from './tombstone.ts';

const named = z.object({ sequence: z.int().positive(), sha256: z.string() });
const statements = z.looseObject({
  format: z.literal('holdfast-erasure-certificate-1'),
  organisationId: z.string(),
  keyId: z.string().nullable(),
  keyKind: z.string().nullable(),
  objects: z.number().optional(),
  destroyedAt: z.string(),
  backupsUnreadableAt: z.string().nullable(),
  tombstone: named.optional(),
  tombstones: z.array(named).optional(),
});
const document = z.object({ certificate: z.looseObject({}), publicKey: z.string(), signature: z.string() });

/** What a certificate of erasure says. */
export type ErasureStatements = z.output<typeof statements>;

function refused(why: string) {
  return keyringError('KEYS_CERTIFICATE_INVALID', `The certificate proves nothing: ${why}`);
}

/** What was signed; fractions have no canonical spelling, so that nothing with one was. */
function canonical(certificate: Record<string, unknown>): string {
  try {
    return canonicalJson(certificate as Canonical);
  } catch {
    throw refused('it holds a number that none has.');
  }
}

/** The statements of a certificate, proven by a public key (raw, base64) from a source that the reader trusts. Throws KEYS_CERTIFICATE_INVALID. */
export function verifyCertificate(content: unknown, publicKey: string): ErasureStatements {
  const read = document.safeParse(content);
  if (!read.success) throw refused('it is no certificate of erasure.');
  const { certificate, publicKey: ownKey, signature } = read.data;
  if (ownKey !== publicKey) throw refused(`it names another key, ${ownKey}.`);
  if (!isSignedBy(publicKey, canonical(certificate), signature)) throw refused(`it was not signed by the key ${publicKey}.`);
  const said = statements.safeParse(certificate);
  if (!said.success) throw refused('it is of a kind that this release does not know.');
  return said.data;
}

/** Proves that what a certificate names stands in a ledger of tombstones, line by line. Throws KEYS_CERTIFICATE_INVALID, KEYS_LEDGER_DAMAGED. */
export function verifyInLedger(
  { tombstone, tombstones }: ErasureStatements,
  lines: readonly string[],
  publicKey: string,
): void {
  const written = readLedger(lines);
  const foreign = written.find((line) => line.publicKey !== publicKey);
  if (foreign) throw refused(`line ${foreign.sequence} of the ledger names another key.`);
  for (const { sequence, sha256 } of tombstones ?? (tombstone ? [tombstone] : []))
    if (hashOfLine(lines[sequence - 1] ?? '') !== sha256) throw refused(`its tombstone ${sequence} is not in the ledger.`);
}
