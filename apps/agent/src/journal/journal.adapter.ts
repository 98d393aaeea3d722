import { closeSync, constants, fstatSync, fsyncSync, ftruncateSync, openSync, readFileSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';
import type { Clock } from '#kernel';
import { chainRecord, chainStart, type JournalEntry, type JournalRecord, readChain } from './journal-chain.ts';

/** The agent's own record, on the disk before it acts. Only grows; every line carries the hash of the one before. */
export class Journal {
  readonly records: JournalRecord[];
  private readonly descriptor: number;
  private readonly clock: Clock;

  /** Opens or begins it. A last line without an end was never acted upon and is cut off. Throws AGENT_JOURNAL_BROKEN. */
  constructor(file: string, clock: Clock) {
    this.clock = clock;
    const { O_RDWR, O_CREAT, O_APPEND, O_NOFOLLOW } = constants;
    this.descriptor = openSync(file, O_RDWR | O_CREAT | O_APPEND | O_NOFOLLOW, 0o600);
    const content = readFileSync(this.descriptor);
    const whole = content.lastIndexOf(0x0a) + 1;
    this.records = readChain(content.subarray(0, whole).toString('utf8').split('\n').slice(0, -1), file);
    if (whole < content.length) ftruncateSync(this.descriptor, whole);
    fsyncSync(this.descriptor);
    syncFolder(dirname(file));
  }

  /** Hash of the last record. */
  get head(): string {
    return this.records.at(-1)?.hash ?? chainStart;
  }

  /** Writes down; when this returns it is on the disk. What could only be written in part is cut off again. */
  append(entry: JournalEntry): JournalRecord {
    // As it will be read: what JSON leaves out must not be in the hash.
    const record = chainRecord(this.records.at(-1), this.clock.now(), JSON.parse(JSON.stringify(entry)));
    const line = Buffer.from(`${JSON.stringify(record)}\n`);
    const { size } = fstatSync(this.descriptor);
    try {
      for (let at = 0; at < line.length; ) at += writeSync(this.descriptor, line, at);
      fsyncSync(this.descriptor);
    } catch (error) {
      ftruncateSync(this.descriptor, size);
      throw error;
    }
    this.records.push(record);
    return record;
  }

  close(): void {
    closeSync(this.descriptor);
  }
}

/** Makes names in a folder last. */
export function syncFolder(folder: string): void {
  const descriptor = openSync(folder, constants.O_RDONLY | constants.O_DIRECTORY);
  try {
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}
