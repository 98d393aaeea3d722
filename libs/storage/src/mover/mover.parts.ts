import type { Clock } from '#kernel';
import type { MoverSettings } from '#manifest';
import type { TierSet } from '../tiers/tier-set.ts';
import type { FileRows } from './file-rows.repository.ts';
import { MoveCopies } from './move-copies.ts';
import { MoveExecutor } from './move-executor.ts';
import type { MoveJournal } from './move-journal.repository.ts';
import { MoveMill } from './move-mill.adapter.ts';
import { MoveRate } from './move-rate.ts';
import { MoveRecovery } from './move-recovery.ts';
import type { MoveReservation } from './move-reservation.ts';
import { MoveStages } from './move-stages.ts';
import { SourceRemoval } from './source-removal.ts';

/** Threads that copy: more than parallel moves, because small files wait for fsyncs most of the time. */
const threads = 4;

/** What moves files, put together for one process. */
export class MoverParts {
  readonly rate: MoveRate;
  readonly mill: MoveMill;
  readonly stages: MoveStages;
  readonly executor: MoveExecutor;
  readonly recovery: MoveRecovery;
  readonly removal: SourceRemoval;

  constructor(
    { minBytesPerSecond, maxBytesPerSecond, graceMinutes }: MoverSettings,
    known: { tiers: TierSet; journal: MoveJournal; rows: FileRows; reservation: MoveReservation; clock: Clock },
  ) {
    this.rate = new MoveRate({ least: minBytesPerSecond, most: maxBytesPerSecond });
    this.mill = new MoveMill(threads, this.rate);
    const copies = new MoveCopies({ ...known, mill: this.mill });
    this.stages = new MoveStages({ ...known, copies, graceMinutes });
    this.executor = new MoveExecutor({ ...known, stages: this.stages });
    this.recovery = new MoveRecovery({ ...known, stages: this.stages, executor: this.executor, mill: this.mill });
    this.removal = new SourceRemoval({ ...known, stages: this.stages });
  }
}
