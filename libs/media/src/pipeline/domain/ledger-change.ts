import { type LedgerRow, type StepResult, withoutAccount } from './account.ts';
import { dueJobs, type StepGates } from './due-jobs.ts';
import { type AssetKind, newRow, type PipelineStep } from './ledger.ts';
import { jobOf, type StepJobName, stepVersion } from './step-plan.ts';

/** The row of a step that has ended, or goes on with its next job. What an earlier job of the same step cost is added up. */
export function applyResult(kind: AssetKind, row: LedgerRow, result: StepResult): LedgerRow {
  const isMade = result.state !== 'failed';
  const earlier = row.stage > 0 ? row : { cpuMs: 0, durationMs: 0 };
  const account = {
    ...row,
    outcome: result.outcome,
    stepVersion: stepVersion(kind, row.step, row.stage),
    durationMs: (earlier.durationMs ?? 0) + (result.durationMs ?? 0),
    cpuMs: (earlier.cpuMs ?? 0) + (result.cpuMs ?? 0),
    modelVersions: result.modelVersions ?? {},
    errorCode: result.error?.code ?? null,
    errorMessage: result.error?.message ?? null,
    findings: result.findings ?? (isMade ? {} : row.findings),
  };
  if (result.state === 'continues') return { ...account, state: 'waiting', stage: row.stage + 1, attempts: 0 };
  return { ...account, state: result.state, stage: 0, runs: row.runs + (isMade ? 1 : 0) };
}

/** Takes steps back to the start, as when somebody asks for them again. */
export function resetSteps(rows: readonly LedgerRow[], steps: readonly PipelineStep[]): LedgerRow[] {
  return rows.map((row) => (steps.includes(row.step) ? { ...row, state: 'waiting', stage: 0, attempts: 0 } : row));
}

/** Steps that were asked for again while this job did them: with the job's end nothing is under way for them any more. */
export function releaseQueued(kind: AssetKind, rows: readonly LedgerRow[], job: StepJobName): LedgerRow[] {
  return rows.map((row) =>
    row.state === 'queued' && jobOf(kind, row.step, row.stage) === job ? { ...row, state: 'waiting' } : row,
  );
}

/** The jobs that come next, and every row as it stands then. */
export function planNext(
  kind: AssetKind,
  rows: readonly LedgerRow[],
  gates: StepGates,
): { jobs: Map<StepJobName, PipelineStep[]>; rows: LedgerRow[] } {
  const due = dueJobs(kind, rows, gates);
  const skips = new Map(due.skips.map((skip) => [skip.step, skip.outcome]));
  const planned = due.rows.map((row): LedgerRow => {
    const before = rows.find((known) => known.step === row.step) ?? withoutAccount(newRow(row.step));
    const outcome = skips.get(row.step);
    if (outcome === undefined) return { ...before, ...row };
    return { ...withoutAccount(row), outcome, stepVersion: stepVersion(kind, row.step, 0) };
  });
  return { jobs: due.jobs, rows: planned };
}
