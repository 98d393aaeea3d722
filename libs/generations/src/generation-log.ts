import { statSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { failpoint } from '#manifest';
import { acquireRunLock } from '#supervisor';
import {
  asOneLine,
  type GenerationRecord,
  readRecord,
  type StoredGeneration,
  sha256Of,
  writeCommit,
  writeRecord,
} from './domain/generation-record.ts';
import { findProblems, type GenerationProblem, isSignedBy } from './domain/verify-generations.ts';
import { dropStaged, handOver, placeStaged, stageFile } from './durable-write.adapter.ts';
import { generationError } from './generation-error.ts';
import { GitRepository, makeRepositoryFolder } from './git-repository.adapter.ts';
import { asWriteError, type CheckedText, type ManifestPlace, readManifestText } from './manifest-place.adapter.ts';
import { SigningKeyFolder } from './signing-key.adapter.ts';

/** A generation of the manifest, with the file as it was and what it said with its profile. */
export interface Generation extends GenerationRecord {
  file: string;
  resolved: string;
}

/** Who changes the manifest, and why. */
export interface Change {
  author: string;
  reason: string;
  /** The newest generation that whoever changes it has seen, null where there was none; not said: whichever there is. */
  base?: number | null;
  /** SHA-256 of the file that whoever changes it has seen. */
  baseSha256?: string;
}

const newestReference = 'refs/heads/main';
/** A generation that is stored, but whose file may not be in place yet. */
const pendingReference = 'refs/holdfast/pending';
const lockWaitMs = 10_000;

/** The generations of a manifest in their repository. Writers take turns; whoever is killed leaves the former generation or the new one. */
export class GenerationLog {
  readonly place: ManifestPlace;
  private readonly repository: GitRepository;
  private readonly keys: SigningKeyFolder;

  constructor(place: ManifestPlace) {
    this.place = place;
    this.repository = new GitRepository(place.repository, place.git);
    this.keys = new SigningKeyFolder(place.secrets);
  }

  /** All generations, oldest first; finishes before what a killed writer began. Throws GENERATIONS_TAMPERED for one that is none. */
  async list(): Promise<Generation[]> {
    return (await this.readAll()).map((stored, index) => {
      const record = readRecord(stored.recordText);
      if (!record) throw generationError('GENERATIONS_TAMPERED', `The record of generation ${index + 1} cannot be read.`);
      return { ...record, file: stored.file, resolved: stored.resolved };
    });
  }

  /** Checks every signature and that each generation follows the one before it, up to the newest that was recorded. */
  async verify(): Promise<{ generations: number; key: string | undefined; problems: GenerationProblem[] }> {
    const stored = await this.readAll();
    const note = this.keys.readNote();
    if (stored.length === 0 && !note) return { generations: 0, key: undefined, problems: [] };
    const key = this.keys.open(true);
    return { generations: stored.length, key: key.fingerprint, problems: findProblems(stored, key, note) };
  }

  /** Does work while nobody else writes, after finishing what a killed writer began. Throws GENERATIONS_BUSY after ten seconds. */
  async exclusively<Result>(work: (writer: GenerationWriter) => Result): Promise<Result> {
    const { repository, place } = this;
    makeRepositoryFolder(place.repository);
    const lock = await this.takeLock();
    try {
      repository.prepare();
      this.recover();
      return work({ newest: this.newest(), append: (checked, change, former) => this.append(checked, change, former) });
    } finally {
      this.handOverToOwner();
      await lock.release();
    }
  }

  private async readAll(): Promise<StoredGeneration[]> {
    if (!this.repository.exists()) return [];
    if (this.repository.readReference(pendingReference)) await this.exclusively(() => undefined);
    return this.readStored();
  }

  private readStored(): StoredGeneration[] {
    const newest = this.repository.readReference(newestReference);
    if (!newest) return [];
    const commits = this.repository.listCommits(newest);
    const names = commits.flatMap((commit) => [commit, ...fileNames.map((name) => `${commit}:${name}`)]);
    const contents = this.repository.readObjects(names);
    return commits.map((commit, index) => {
      const [commitText = '', file = '', resolved = '', recordText = '', signature = ''] = contents.slice(
        index * 5,
        index * 5 + 5,
      );
      return { commit, commitText, file, resolved, recordText, signature };
    });
  }

  private newest(): Generation | undefined {
    const stored = this.readStored().at(-1);
    const record = stored && readRecord(stored.recordText);
    if (stored && !record) throw generationError('GENERATIONS_TAMPERED', 'The record of the newest generation cannot be read.');
    return record && stored && { ...record, file: stored.file, resolved: stored.resolved };
  }

  /**
   * Records a generation. The file decides: it is staged, the generation stored beside the line of the others, then the file renamed into
   * place, then the line moved on. `former` is what the file must still hold; undefined leaves the file alone.
   */
  private append(checked: CheckedText, change: Change, former: string | undefined): GenerationRecord {
    const { repository } = this;
    const stored = this.readStored();
    const key = this.keys.open(stored.length > 0 || this.keys.readNote() !== undefined);
    this.ensureUntouched(stored, key);
    const before = stored.at(-1);
    const record: GenerationRecord = {
      version: 1,
      number: stored.length + 1,
      author: asOneLine(change.author),
      reason: asOneLine(change.reason),
      instant: new Date().toISOString(),
      fileSha256: checked.sha256,
      resolvedSha256: sha256Of(checked.resolved),
      key: key.fingerprint,
      previous: before ? sha256Of(before.recordText) : null,
    };
    if (former !== undefined) this.stage(checked.text);
    failpoint('config.staged');
    const recordText = writeRecord(record);
    const contents = [checked.text, checked.resolved, recordText, `${key.sign(recordText)}\n`];
    const tree = repository.writeTree(Object.fromEntries(fileNames.map((name, index) => [name, contents[index] ?? ''])));
    const commit = repository.writeObject('commit', writeCommit(record, tree, before?.commit));
    repository.writeReference(pendingReference, commit);
    failpoint('config.pending');
    if (former !== undefined) this.placeFile(former);
    failpoint('config.placed');
    repository.writeReference(newestReference, commit);
    failpoint('config.recorded');
    this.keys.writeNote({ number: record.number, recordSha256: sha256Of(recordText) });
    failpoint('config.noted');
    repository.writeReference(pendingReference, undefined);
    return record;
  }

  /** Nothing is added to generations of which one was changed, removed or inserted. */
  private ensureUntouched(stored: readonly StoredGeneration[], key: ReturnType<SigningKeyFolder['open']>): void {
    const [problem] = findProblems(stored, key, this.keys.readNote());
    if (problem)
      throw generationError(
        'GENERATIONS_TAMPERED',
        `Generation ${problem.number} is not as it was recorded: ${problem.problem}.`,
      );
  }

  private stage(text: string): void {
    try {
      stageFile(this.place.file, text, 0o644);
    } catch (error) {
      dropQuietly(this.place.file);
      throw asWriteError(this.place, error);
    }
  }

  private placeFile(former: string): void {
    try {
      if ((readManifestText(this.place) ?? '') !== former)
        throw generationError('CONFIG_FILE_CHANGED', `${this.place.file} was written by somebody else in this very moment.`);
      placeStaged(this.place.file);
    } catch (error) {
      dropQuietly(this.place.file);
      this.repository.writeReference(pendingReference, undefined);
      throw asWriteError(this.place, error);
    }
  }

  /** A pending generation whose file is in place was made; one whose file is not was never made. */
  private recover(): void {
    const { repository, place } = this;
    dropQuietly(place.file);
    const pending = repository.readReference(pendingReference);
    if (pending) {
      const newest = repository.readReference(newestReference);
      const [commitText, recordText] = repository.readObjects([pending, `${pending}:${recordName}`]);
      const record = readRecord(recordText ?? '');
      const follows = /\nparent ([0-9a-f]+)\n/.exec(commitText ?? '')?.[1] === newest;
      if (pending !== newest && follows && record?.fileSha256 === sha256Of(readManifestText(place) ?? ''))
        repository.writeReference(newestReference, pending);
      if (record && repository.readReference(newestReference) === pending && this.isOurs(pending))
        this.keys.writeNote({ number: record.number, recordSha256: sha256Of(recordText ?? '') });
      repository.writeReference(pendingReference, undefined);
    }
  }

  private isOurs(commit: string): boolean {
    const [recordText = '', signature = ''] = this.repository.readObjects([
      `${commit}:${recordName}`,
      `${commit}:generation.sig`,
    ]);
    return isSignedBy(this.keys.open(true).publicKey, { recordText, signature });
  }

  private async takeLock() {
    for (const deadline = Date.now() + lockWaitMs; ; await sleep(50)) {
      const lock = await acquireRunLock(this.place.repository);
      if (lock) return lock;
      if (Date.now() > deadline)
        throw generationError('GENERATIONS_BUSY', `${this.place.repository} is locked by another command.`);
    }
  }

  /** Root works on behalf of whoever owns the home, and leaves nothing behind that its owner may not write. */
  private handOverToOwner(): void {
    const owner = statSync(this.place.home);
    if (process.getuid?.() !== 0 || owner.uid === 0) return;
    for (const path of [this.place.repository, this.place.secrets]) handOver(path, owner);
  }
}

/** What may be done while nobody else writes. */
export interface GenerationWriter {
  newest: Generation | undefined;
  append(checked: CheckedText, change: Change, former: string | undefined): GenerationRecord;
}

const recordName = 'generation.json';
const fileNames = ['appliance.yaml', 'resolved.json', recordName, 'generation.sig'] as const;

function dropQuietly(file: string): void {
  try {
    dropStaged(file);
  } catch {
    // Whoever may not write the folder has staged nothing in it either.
  }
}
