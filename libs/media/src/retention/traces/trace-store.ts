import type { PreviewTraces } from '../domain/preview.ts';
import type { TraceClass, TraceName } from '../domain/retention-class.ts';

/** What is older than an instant. `names` only where each has one. */
export type DueTraces = Omit<PreviewTraces, 'class'> & { names?: string[] };

/** What a run is to remove of a class, as its journal says. */
export interface PlannedTraces {
  olderThan: Date;
  names: readonly string[];
}

/** What was removed at one go. */
export interface RemovedTraces {
  entries: number;
  bytes: number;
  /** Why no more may go. */
  keptBecause?: string;
}

/** Where things of a class lie that are no assets. */
export interface TraceStore {
  readonly class: TraceName;
  /** By whose days it goes. */
  readonly policy: TraceClass;
  /** Of the whole appliance, not of an organisation: kept for as long as the organisation that wants it longest. */
  readonly isShared: boolean;
  due(olderThan: Date): Promise<DueTraces>;
  /** Removes some of what is due in the running transaction, if it can be part of one; nothing where all of it is gone. May be killed and repeated. */
  remove(planned: PlannedTraces, runId: string): Promise<RemovedTraces>;
  /** How much there is, where that is known at once. */
  amount?(): Promise<{ entries: number; bytes: number | null }>;
}
