import { z } from 'zod';
import { keyError, requireKeyName } from '../provider/key-error.ts';
import type { Frame } from './frame.ts';
import { addKey, addVersion, decryptBy, describeKey, dropVersions, encryptBy, rewrapBy, signBy } from './key-operations.ts';
import type { Keystore } from './keystore.ts';
import { sealKinds, type UnsealSecret } from './seals/master-seal.ts';

type Answer = Partial<Frame>;
type Verb = (keystore: Keystore, head: unknown, parts: readonly Buffer[]) => Answer | Promise<Answer>;

const version = z.number().int().min(1).max(0xffff_ffff);
const onKey = z.object({ name: z.string().transform(requireKeyName) });
const toSeal = z.object({ seal: z.enum(sealKinds) });
/** Which parts are what: either a passphrase or the texts of shares, or nothing. A new passphrase comes before the proof of who asks. */
const secretKind = z.enum(['none', 'passphrase', 'shares']);
const bySecret = z.object({ secret: secretKind });
const byProof = z.object({ proof: secretKind.default('none') });

function part(parts: readonly Buffer[], at: number): Buffer {
  const found = parts[at];
  if (found) return found;
  throw keyError('KEYS_PROTOCOL', `The message to the keystore lacks its part ${at}.`);
}

function asSecret(kind: z.output<typeof secretKind>, parts: readonly Buffer[]): UnsealSecret {
  if (kind === 'passphrase') return { passphrase: part(parts, 0) };
  return kind === 'shares' ? { shares: [...parts] } : {};
}

function secretOf(head: unknown, parts: readonly Buffer[]): UnsealSecret {
  return asSecret(bySecret.parse(head).secret, parts);
}

async function reseal(keystore: Keystore, head: unknown, parts: readonly Buffer[]): Promise<Answer> {
  const { seal, secret, proof } = toSeal.extend({ ...bySecret.shape, ...byProof.shape }).parse(head);
  const proofAt = secret === 'passphrase' ? 1 : 0;
  const present = asSecret(proof, parts.slice(proofAt));
  return { parts: await keystore.reseal(seal, asSecret(secret, parts.slice(0, proofAt)), present) };
}

/** Every verb of the socket that is about keys; `state` and `acts`, which are about the process, it answers itself. What is printable is in the head of a message, bytes are its parts; both in the order that the verb names them. */
const verbs: Record<string, Verb> = {
  ensureKey: (keystore, head) => {
    keystore.replaceTable(addKey(keystore.table, onKey.parse(head).name, Date.now()));
    return {};
  },
  describe: (keystore, head) => ({ head: { ...describeKey(keystore.table, onKey.parse(head).name) } }),
  encrypt: (keystore, head, parts) => ({
    head: { ...encryptBy(keystore.table, onKey.parse(head).name, part(parts, 0), part(parts, 1)) },
  }),
  decrypt: (keystore, head, parts) => {
    const { name, ciphertext } = onKey.extend({ ciphertext: z.string() }).parse(head);
    return { parts: [decryptBy(keystore.table, name, ciphertext, part(parts, 0))] };
  },
  rewrap: (keystore, head, parts) => {
    const { name, ciphertexts } = onKey.extend({ ciphertexts: z.array(z.string()) }).parse(head);
    const items = ciphertexts.map((ciphertext, at) => rewrapBy(keystore.table, name, ciphertext, part(parts, at)));
    return { head: { items } };
  },
  rotate: (keystore, head) => {
    const { name } = onKey.parse(head);
    keystore.replaceTable(addVersion(keystore.table, name, Date.now()));
    return { head: { version: describeKey(keystore.table, name).latestVersion } };
  },
  setMinimumVersion: (keystore, head) => {
    const { name, minimumVersion } = onKey.extend({ minimumVersion: version }).parse(head);
    keystore.replaceTable(dropVersions(keystore.table, name, minimumVersion));
    return {};
  },
  sign: (keystore, head, parts) => {
    const { signature, publicKey } = signBy(keystore.table, onKey.parse(head).name, part(parts, 0));
    return { parts: [signature, publicKey] };
  },
  initialise: async (keystore, head, parts) => ({
    parts: await keystore.initialise(toSeal.parse(head).seal, secretOf(head, parts)),
  }),
  unseal: async (keystore, head, parts) => {
    await keystore.unseal(secretOf(head, parts));
    return {};
  },
  seal: async (keystore) => {
    await keystore.seal();
    return {};
  },
  reseal,
  shares: async (keystore, head, parts) => ({
    parts: await keystore.makeShares(asSecret(byProof.parse(head).proof, parts)),
  }),
};

/** What hands out the master key in another shape, or decides what it lies under: not for those who only use keys. */
const forOperators = new Set(['initialise', 'reseal', 'shares']);

/**
 * Does what a message asks of the keystore. Throws HoldfastErrors only, KEYS_PROTOCOL for a message that means nothing and KEYS_OPERATORS_ONLY
 * for what clients may not ask.
 */
export async function performVerb(keystore: Keystore, { head, parts }: Frame, from: 'client' | 'operator'): Promise<Answer> {
  const { verb } = head;
  const perform = typeof verb === 'string' && Object.hasOwn(verbs, verb) ? verbs[verb] : undefined;
  if (!perform) throw keyError('KEYS_PROTOCOL', 'The keystore does not know what is asked.');
  if (from === 'client' && forOperators.has(String(verb)))
    throw keyError('KEYS_OPERATORS_ONLY', 'This keystore is made, sealed anew and divided into shares by root alone.');
  try {
    return await perform(keystore, head, parts);
  } catch (error) {
    if (!(error instanceof z.ZodError)) throw error;
    // The values stay out of the message: one of them may be a secret in the wrong place.
    const places = error.issues.map((issue) => issue.path.join('.')).join(', ');
    throw keyError('KEYS_PROTOCOL', `The message to the keystore does not fit its verb: ${places}.`);
  }
}
