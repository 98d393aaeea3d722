import type { assetStates } from '../../http/asset.contract.ts';
import type { LedgerRow } from './account.ts';
import { type AssetKind, isSettled, type PipelineStep } from './ledger.ts';

export type AssetState = (typeof assetStates)[number];

/** Steps that read the file itself: where none of them could, nothing can be read. */
const readingSteps: ReadonlySet<PipelineStep> = new Set(['probe', 'renditions', 'recognise', 'text']);

/**
 * The state that an asset shows. Steps that run again (a new model, a new version) leave it as it is: it is processing only
 * while something has never been done.
 */
export function assetStateOf(kind: AssetKind, rows: readonly LedgerRow[]): { state: AssetState; stateReason: string | null } {
  if (rows.some((row) => !isSettled(row) && row.runs === 0)) return { state: 'processing', stateReason: null };
  const failed = rows.filter((row) => row.state === 'failed');
  const isRead = rows.some((row) => readingSteps.has(row.step) && row.state !== 'failed' && row.state !== 'skipped');
  if (kind === 'unknown' || !isRead) {
    const stateReason = failed[0]?.errorMessage ?? rows.find((row) => row.state === 'skipped')?.outcome ?? null;
    return { state: 'unsupported', stateReason };
  }
  const damage = rows.find((row) => row.findings.damage)?.findings.damage;
  const first = failed[0];
  if (first)
    return { state: 'partial', stateReason: `The step ${first.step} failed: ${first.errorMessage ?? 'no reason given'}` };
  return damage ? { state: 'partial', stateReason: damage } : { state: 'ready', stateReason: null };
}
