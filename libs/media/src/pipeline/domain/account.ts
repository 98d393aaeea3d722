import type { Findings, LedgerStep, PipelineStep } from './ledger.ts';

/** A ledger row with its account: what it cost, what came of it, and with which versions. */
export interface LedgerRow extends LedgerStep {
  attempts: number;
  outcome: string | null;
  durationMs: number | null;
  cpuMs: number | null;
  stepVersion: string;
  modelVersions: Record<string, string>;
  errorCode: string | null;
  errorMessage: string | null;
}

/** What came of one step. */
export interface StepResult {
  step: PipelineStep;
  /** `continues`: this job has done its part, the step's next job follows. */
  state: 'done' | 'skipped' | 'failed' | 'continues';
  /** What came of it, in a sentence for the reader. */
  outcome: string;
  error?: { code: string; message: string };
  /** Processor time of parsers and models, milliseconds. */
  cpuMs?: number;
  /** Time taken; the time of the whole job unless said. */
  durationMs?: number;
  /** Version of every model that took part, by name. */
  modelVersions?: Record<string, string>;
  findings?: Findings;
}

const emptyAccount = {
  attempts: 0,
  outcome: null,
  durationMs: null,
  cpuMs: null,
  stepVersion: '',
  modelVersions: {},
  errorCode: null,
  errorMessage: null,
};

/** A row with an empty account: new, or skipped without any work. */
export function withoutAccount(row: LedgerStep): LedgerRow {
  return { ...row, ...emptyAccount };
}

/**
 * Results that carry all of the processor time that their job spent: what no result claims (a second look at the file, a
 * parser that gave up) is shared among them.
 */
export function withWholeCost(results: readonly StepResult[], spentMs: number): StepResult[] {
  const claimed = results.reduce((sum, { cpuMs = 0 }) => sum + cpuMs, 0);
  const share = Math.max(0, spentMs - claimed) / Math.max(1, results.length);
  return results.map((result) => ({ ...result, cpuMs: (result.cpuMs ?? 0) + share }));
}
