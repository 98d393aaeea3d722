import { Inject, Injectable } from '@nestjs/common';
import { AuditTrimming, type OldAudit } from '#audit';
import type { DueTraces, PlannedTraces, RemovedTraces, TraceStore } from './trace-store.ts';

const batchSize = 20_000;
const heldBecause = 'A legal hold stands: who did what to held assets is part of what it keeps.';

/** Rows of the audit. The database itself refuses young ones and any while a hold stands, and leaves a row that says what went. */
@Injectable()
export class AuditTraces implements TraceStore {
  readonly class = 'audit';
  readonly policy = 'audit';
  readonly isShared = false;

  constructor(@Inject(AuditTrimming) private readonly trimming: AuditTrimming) {}

  async due(olderThan: Date): Promise<DueTraces> {
    return dueOf(await this.trimming.due(olderThan));
  }

  async remove({ olderThan }: PlannedTraces, runId: string): Promise<RemovedTraces> {
    return removedOf(await this.trimming.trim(olderThan, batchSize, runId));
  }
}

/** Rows of the audit from before an organisation was known: refused sign-ins, the setup. */
@Injectable()
export class ApplianceAuditTraces implements TraceStore {
  readonly class = 'appliance-audit';
  readonly policy = 'audit';
  readonly isShared = true;

  constructor(@Inject(AuditTrimming) private readonly trimming: AuditTrimming) {}

  async due(olderThan: Date): Promise<DueTraces> {
    return dueOf(await this.trimming.dueOfAppliance(olderThan));
  }

  async remove({ olderThan }: PlannedTraces, runId: string): Promise<RemovedTraces> {
    return removedOf(await this.trimming.trimAppliance(olderThan, batchSize, runId));
  }
}

function dueOf({ isHeld, ...found }: OldAudit): DueTraces {
  return { ...found, bytes: null, keptBecause: isHeld && found.entries > 0 ? heldBecause : null };
}

function removedOf(entries: number | undefined): RemovedTraces {
  return entries === undefined ? { entries: 0, bytes: 0, keptBecause: heldBecause } : { entries, bytes: 0 };
}
