import type { assetKinds, pipelineSteps, stepStates } from '../../http/asset.contract.ts';

export type AssetKind = (typeof assetKinds)[number];
export type PipelineStep = (typeof pipelineSteps)[number];
export type StepState = (typeof stepStates)[number];

/** Small facts that one step leaves for the planning of others, kept in its ledger row. */
export interface Findings {
  /** How likely the picture holds writing, 0..1. */
  textLikelihood?: number;
  /** Whether there is sound to listen to. */
  hasSound?: boolean;
  /** Whether it carries subtitles that can be read. */
  hasSubtitles?: boolean;
  /** Pages of a document that hold pictures of text instead of text, counted from 1. */
  scannedPages?: number[];
  /** Characters of text that a text step found. */
  characters?: number;
  /** What is wrong with a file that could be read all the same, in a sentence. */
  damage?: string;
  /** The step that could not be done, for which this one was skipped. */
  blockedBy?: PipelineStep;
  /** What the file itself said about what people may change, to tell a person's change from it. */
  fileSaid?: { rating: number | null; caption: string };
}

/** What planning knows of one ledger row. */
export interface LedgerStep {
  step: PipelineStep;
  state: StepState;
  /** Which of the step's jobs comes next, from 0; a step that one job only begins goes on with the next. */
  stage: number;
  /** How often the step was done or skipped: what was made from it is stale when this has grown. */
  runs: number;
  /** What it was made from, as `step:runs` of every step it uses. */
  inputVersion: string;
  findings: Findings;
}

/** Whether a step has come to an end, good or bad. */
export function isSettled(row: LedgerStep): boolean {
  return row.state === 'done' || row.state === 'skipped' || row.state === 'failed';
}

/** Whether a job for the step is under way. */
export function isUnderWay(row: LedgerStep): boolean {
  return row.state === 'queued' || row.state === 'running';
}

/** The row of a step; a step that has none yet waits. */
export function rowOf(rows: readonly LedgerStep[], step: PipelineStep): LedgerStep {
  return rows.find((row) => row.step === step) ?? newRow(step);
}

export function newRow(step: PipelineStep): LedgerStep {
  return { step, state: 'waiting', stage: 0, runs: 0, inputVersion: '', findings: {} };
}
