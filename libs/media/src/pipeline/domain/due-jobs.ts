import { pipelineSteps } from '../../http/asset.contract.ts';
import { type AssetKind, isSettled, isUnderWay, type LedgerStep, type PipelineStep, rowOf } from './ledger.ts';
import { type StepJobName, type StepRule, stepPlans } from './step-plan.ts';

/** Says in a sentence why a step need not be done for this asset, or undefined where it must. */
export type StepGate = (kind: AssetKind, rows: readonly LedgerStep[]) => string | undefined;
export type StepGates = Partial<Record<PipelineStep, StepGate>>;

/** What comes next for one asset. */
export interface Due {
  /** Jobs to start, each with the steps that it is to do. */
  jobs: Map<StepJobName, PipelineStep[]>;
  /** Every row as it stands then: queued where a job is due, skipped where nothing is to be done. */
  rows: LedgerStep[];
  /** Steps that are skipped at once, with the reason. */
  skips: { step: PipelineStep; outcome: string }[];
}

/**
 * Decides from the ledger alone which jobs are due: every step that waits, or whose input was made anew, and whose turn it is.
 * Pure; called again after each change it comes to rest with every step done, skipped or failed.
 */
export function dueJobs(kind: AssetKind, ledger: readonly LedgerStep[], gates: StepGates = {}): Due {
  const rows = pipelineSteps.map((step) => ({ ...rowOf(ledger, step) }));
  const due: Due = { jobs: new Map(), rows, skips: [] };
  // Steps depend on earlier ones only, so one pass in order sees every consequence.
  for (const row of rows) {
    const rule = stepPlans[kind][row.step];
    if (isUnderWay(row)) continue;
    if ('skip' in rule) {
      if (row.state !== 'skipped') skip(due, row, rule.skip, '');
      continue;
    }
    if (!isWanted(row, rule, rows) || mustWait(rule, rows)) continue;
    const blockedBy = rule.needs.find((step) => rowOf(rows, step).state !== 'done');
    const reason = blockedBy ? blockedReason(blockedBy, rows) : gates[row.step]?.(kind, rows);
    const inputVersion = inputVersionOf(rule, rows);
    if (reason !== undefined) skip(due, row, reason, inputVersion, blockedBy);
    else queue(due, row, rule);
  }
  return due;
}

/** What a step would be made from now: the runs of every step it uses. */
export function inputVersionOf(rule: StepRule, rows: readonly LedgerStep[]): string {
  return rule.uses.map((step) => `${step}:${rowOf(rows, step).runs}`).join(' ');
}

/** A step waits to be done, was made from what has been replaced since, or was kept from being done by a step that is done now. */
function isWanted(row: LedgerStep, rule: StepRule, rows: readonly LedgerStep[]): boolean {
  if (!isSettled(row)) return true;
  if (row.findings.blockedBy && rowOf(rows, row.findings.blockedBy).state === 'done') return true;
  return row.inputVersion !== inputVersionOf(rule, rows);
}

function mustWait(rule: StepRule, rows: readonly LedgerStep[]): boolean {
  return [...rule.needs, ...rule.after].some((step) => !isSettled(rowOf(rows, step)));
}

function blockedReason(step: PipelineStep, rows: readonly LedgerStep[]): string {
  return rowOf(rows, step).state === 'failed'
    ? `Not possible, because the step ${step} failed.`
    : `Not needed, because there was nothing to do in the step ${step}.`;
}

/** Counts as a run, and at once: what was made from an earlier result is no longer up to date. */
function skip(due: Due, row: LedgerStep, outcome: string, inputVersion: string, blockedBy?: PipelineStep): void {
  const findings = blockedBy ? { blockedBy } : {};
  Object.assign(row, { state: 'skipped', stage: 0, runs: row.runs + 1, inputVersion, findings });
  due.skips.push({ step: row.step, outcome });
}

function queue(due: Due, row: LedgerStep, rule: StepRule): void {
  if (isSettled(row)) row.stage = 0;
  const { blockedBy: _, ...findings } = row.findings;
  Object.assign(row, { state: 'queued', findings });
  const job = rule.jobs[Math.min(row.stage, rule.jobs.length - 1)] as StepJobName;
  due.jobs.set(job, [...(due.jobs.get(job) ?? []), row.step]);
}
