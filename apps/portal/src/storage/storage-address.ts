import type { MoveFilter, PlanTime } from '../api/types.ts';
import { compact, readChoice, readId } from '../lib/query-text.ts';

const planTimes = ['now', 'tonight'] as const satisfies readonly PlanTime[];
const moveFilters = ['active', 'ended', 'failed'] as const satisfies readonly MoveFilter[];

/** What the address of the storage page says: the plan shown, which moves, and the object that is explained. */
export interface StorageAddress {
  plan?: PlanTime | undefined;
  moves?: MoveFilter | undefined;
  object?: string | undefined;
}

/** Reads the address; whatever does not fit is left out. */
export function readStorageAddress(raw: Record<string, unknown>): StorageAddress {
  return compact({
    plan: readChoice(raw, 'plan', planTimes),
    moves: readChoice(raw, 'moves', moveFilters),
    object: readId(raw, 'object'),
  });
}
