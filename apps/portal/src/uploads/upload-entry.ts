import type { AssetState, LedgerStep } from '../api/types.ts';

/**
 * Where a file is on its way: queued → hashing → checking → (known | sending → stored → understood), with pauses and failures.
 * From `stored` on its bytes are safe on the appliance; what follows needs neither this page nor this computer.
 */
export type UploadPhase =
  | 'queued'
  | 'hashing'
  | 'checking'
  | 'sending'
  | 'waiting'
  | 'paused'
  | 'failed'
  | 'known'
  | 'stored'
  | 'understood';

export interface UploadEntry {
  id: number;
  file: File;
  name: string;
  folder: string;
  sizeBytes: number;
  phase: UploadPhase;
  hashedBytes: number;
  sentBytes: number;
  sha256?: string | undefined;
  assetId?: string | undefined;
  /** It was known from the trash and came back. */
  cameBack?: boolean | undefined;
  /** The step that runs on it now. */
  step?: LedgerStep['step'] | undefined;
  assetState?: AssetState | undefined;
  error?: { message: string; action?: string | undefined; requestId?: string | undefined } | undefined;
}

const safePhases: ReadonlySet<UploadPhase> = new Set(['known', 'stored', 'understood']);
const movingPhases: ReadonlySet<UploadPhase> = new Set(['queued', 'hashing', 'checking', 'sending', 'waiting']);

/** Whether a file's bytes are on the appliance for good. */
export function isSafe(entry: UploadEntry): boolean {
  return safePhases.has(entry.phase);
}

/** Whether a file still needs this page to stay open. */
export function needsPage(entry: UploadEntry): boolean {
  return movingPhases.has(entry.phase) || entry.phase === 'paused';
}

export interface UploadSummary {
  files: number;
  safe: number;
  failed: number;
  paused: number;
  moving: number;
  understanding: number;
  totalBytes: number;
  safeBytes: number;
  /** Share of bytes that are safe or sent, 0..1. */
  share: number;
  /** Whether closing the page loses no work: nothing is hashing, sending, waiting or paused. */
  safeToClose: boolean;
}

/** All files of the panel in figures. */
export function summarise(entries: readonly UploadEntry[]): UploadSummary {
  const summary = {
    files: entries.length,
    safe: 0,
    failed: 0,
    paused: 0,
    moving: 0,
    understanding: 0,
    totalBytes: 0,
    safeBytes: 0,
  };
  let done = 0;
  let countable = 0;
  for (const entry of entries) {
    summary.totalBytes += entry.sizeBytes;
    if (isSafe(entry)) {
      summary.safe += 1;
      summary.safeBytes += entry.sizeBytes;
    } else if (entry.phase === 'failed') summary.failed += 1;
    else if (entry.phase === 'paused') summary.paused += 1;
    else summary.moving += 1;
    if (entry.phase === 'stored') summary.understanding += 1;
    // A file weighs at least one byte here, so that a thousand empty files show progress too.
    const weight = Math.max(1, entry.sizeBytes);
    if (entry.phase === 'failed') continue;
    countable += weight;
    done += isSafe(entry) ? weight : Math.min(weight, entry.sentBytes);
  }
  return {
    ...summary,
    share: countable > 0 ? done / countable : summary.files > 0 ? 1 : 0,
    safeToClose: summary.moving === 0 && summary.paused === 0,
  };
}

/** Where the engine finds and changes the files it works on. */
export interface UploadEntries {
  all(): UploadEntry[];
  get(id: number): UploadEntry | undefined;
  update(id: number, change: Partial<UploadEntry>): void;
  remove(ids: readonly number[]): void;
  /** Bytes per second at this moment; the engine sets it. */
  rateNow: () => number;
}
