import { type KeyObject, verify } from 'node:crypto';
import { type GenerationRecord, readRecord, type StoredGeneration, sha256Of, writeCommit } from './generation-record.ts';

/** Something wrong with a generation, in words. */
export interface GenerationProblem {
  number: number;
  problem: string;
}

/** What is known of the newest generation outside of the repository. */
export interface NewestNote {
  number: number;
  recordSha256: string;
}

/** Whether a record was signed by the key. */
export function isSignedBy(
  key: KeyObject,
  { recordText, signature }: Pick<StoredGeneration, 'recordText' | 'signature'>,
): boolean {
  try {
    return verify(null, Buffer.from(recordText), key, Buffer.from(signature.trim(), 'base64'));
  } catch {
    return false;
  }
}

/** Finds every generation that was changed, removed, inserted or signed by another key; the generations come from first to newest. */
export function findProblems(
  generations: readonly StoredGeneration[],
  key: { publicKey: KeyObject; fingerprint: string },
  note: NewestNote | undefined,
): GenerationProblem[] {
  const problems = generations.flatMap((generation, index) => {
    const found = problemsOf(generation, generations[index - 1], index + 1, key);
    return found.map((problem) => ({ number: index + 1, problem }));
  });
  return [...problems, ...problemsOfNote(generations, note)];
}

function problemsOf(
  generation: StoredGeneration,
  former: StoredGeneration | undefined,
  number: number,
  key: { publicKey: KeyObject; fingerprint: string },
): string[] {
  const record = readRecord(generation.recordText);
  if (!record) return ['its record cannot be read'];
  const signed = isSignedBy(key.publicKey, generation);
  const expected: [boolean, string][] = [
    [record.key === key.fingerprint, `it is signed by another key (${record.key.slice(0, 16)}…)`],
    [signed || record.key !== key.fingerprint, 'its signature does not fit its record'],
    [record.number === number, `it calls itself generation ${record.number}: one was inserted or removed before it`],
    [record.previous === (former ? sha256Of(former.recordText) : null), 'it does not follow the generation before it'],
    [record.fileSha256 === sha256Of(generation.file), 'the manifest in it was changed'],
    [record.resolvedSha256 === sha256Of(generation.resolved), 'the resolved manifest in it was changed'],
    [isCommitOf(record, generation, former), 'its commit says something else than its record'],
  ];
  return expected.flatMap(([holds, problem]) => (holds ? [] : [problem]));
}

function isCommitOf(record: GenerationRecord, generation: StoredGeneration, former: StoredGeneration | undefined): boolean {
  const tree = /^tree ([0-9a-f]+)\n/.exec(generation.commitText)?.[1] ?? '';
  return generation.commitText === writeCommit(record, tree, former?.commit);
}

function problemsOfNote(generations: readonly StoredGeneration[], note: NewestNote | undefined): GenerationProblem[] {
  const newest = generations.length;
  if (!note) return newest === 0 ? [] : [{ number: newest, problem: 'the note of the newest generation is missing' }];
  const noted = generations[note.number - 1];
  if (!noted) return [{ number: note.number, problem: `it was removed: the newest one in the repository is ${newest}` }];
  if (sha256Of(noted.recordText) !== note.recordSha256)
    return [{ number: note.number, problem: 'it is another one than was recorded' }];
  if (newest > note.number) return [{ number: newest, problem: 'it was added without being noted' }];
  return [];
}
