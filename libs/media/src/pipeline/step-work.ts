import type { Sql } from '#database';
import type { JobRun } from '#queue';
import type { AssetPatch } from './asset-patch.ts';
import type { LedgerRow, StepResult } from './domain/account.ts';
import type { PipelineStep } from './domain/ledger.ts';
import type { PipelineAsset } from './ledger.repository.ts';

/** What the work of a job is told. */
export interface StepContext {
  asset: PipelineAsset;
  /** The steps to do; a job that covers several is not always asked for all. */
  steps: ReadonlySet<PipelineStep>;
  /** The ledger of the asset as it was when the job began. */
  rows: readonly LedgerRow[];
  run: JobRun;
}

/** What the work of a job hands back: results for every step it was asked for, and what to write in the transaction that records them. */
export interface WorkResult {
  results: StepResult[];
  /** Facts about the asset. */
  patch?: AssetPatch;
  /** Writes everything else, in the transaction of the ledger. What it refers to (objects) must be durable already. */
  commit?: (sql: Sql) => Promise<void>;
}

/** Does the steps of one job for one asset. May run more than once; only what is committed counts. Throws to be tried again. */
export type StepWork = (context: StepContext) => Promise<WorkResult>;
