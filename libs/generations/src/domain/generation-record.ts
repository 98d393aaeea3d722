import { createHash } from 'node:crypto';
import { z } from 'zod';
import { canonicalJson } from './canonical-json.ts';

const sha256 = z.string().regex(/^[0-9a-f]{64}$/);

const recordSchema = z.strictObject({
  version: z.literal(1),
  number: z.number().int().positive(),
  author: z.string().min(1),
  instant: z.iso.datetime(),
  reason: z.string().min(1),
  fileSha256: sha256,
  resolvedSha256: sha256,
  key: sha256,
  previous: sha256.nullable(),
});

/**
 * What is signed of a generation: who changed the manifest when and why, the SHA-256 of the file, of the manifest with its profile, of the
 * public key (SPKI, DER), and of the former generation's record (null for the first).
 */
export type GenerationRecord = z.output<typeof recordSchema>;

/** A generation as it lies in the repository: four files of one commit. */
export interface StoredGeneration {
  /** Name of the commit. */
  commit: string;
  /** The commit itself, as git stores it. */
  commitText: string;
  /** Exactly the bytes that are signed. */
  recordText: string;
  signature: string;
  /** The manifest as somebody wrote it. */
  file: string;
  /** The manifest with what its profile said then: canonical JSON, paths relative. */
  resolved: string;
}

/** SHA-256 in hexadecimal. */
export function sha256Of(content: string | Uint8Array): string {
  return createHash('sha256').update(content).digest('hex');
}

/** The bytes of a record that are signed and stored. */
export function writeRecord(record: GenerationRecord): string {
  return canonicalJson(record);
}

/** A text as one line without control characters, as names and reasons are recorded. */
export function asOneLine(text: string): string {
  return text.replace(/\p{Cc}+/gu, ' ').trim();
}

/** Reads a record; undefined when the text is none, or is written in any other way than ours. */
export function readRecord(text: string): GenerationRecord | undefined {
  try {
    const { data } = recordSchema.safeParse(JSON.parse(text));
    return data && writeRecord(data) === text ? data : undefined;
  } catch {
    return undefined;
  }
}

/** What follows the first line in a commit: the tree and the parent, then who, when and why, all of it taken from the record. */
export function writeCommit(record: GenerationRecord, tree: string, parent: string | undefined): string {
  const name = record.author.replace(/[<>]/g, ' ').trim() || 'nobody';
  const who = `${name} <> ${Math.floor(Date.parse(record.instant) / 1000)} +0000`;
  const lines = [`tree ${tree}`, ...(parent ? [`parent ${parent}`] : []), `author ${who}`, `committer ${who}`];
  return `${lines.join('\n')}\n\nGeneration ${record.number}: ${record.reason}\n`;
}
