import { Inject, Injectable } from '@nestjs/common';
import { AuditTrimming } from '#audit';
import type { DueTraces, PlannedTraces, RemovedTraces, TraceStore } from './trace-store.ts';

const batchSize = 20_000;
const heldBecause = 'A legal hold stands: who did what to held assets is part of what it keeps.';

/** Rows of the audit. The database itself refuses young ones and any while a hold stands, and leaves a row that says what went. */
@Injectable()
export class AuditTraces implements TraceStore {
  readonly class = 'audit';
  readonly isShared = false;

  constructor(@Inject(AuditTrimming) private readonly trimming: AuditTrimming) {}

  async due(olderThan: Date): Promise<DueTraces> {
    const { isHeld, ...found } = await this.trimming.due(olderThan);
    return { ...found, bytes: null, keptBecause: isHeld && found.entries > 0 ? heldBecause : null };
  }

  async remove({ olderThan }: PlannedTraces, runId: string): Promise<RemovedTraces> {
    const entries = await this.trimming.trim(olderThan, batchSize, runId);
    return entries === undefined ? { entries: 0, bytes: 0, keptBecause: heldBecause } : { entries, bytes: 0 };
  }
}
