import { Inject, Injectable } from '@nestjs/common';
import { APPLIANCE } from '#database';
import type { Appliance } from '#manifest';
import { listOldLogs, type OldLog, removeOldLogs } from '#supervisor';
import type { DueTraces, PlannedTraces, RemovedTraces, TraceStore } from './trace-store.ts';

/** Parts of logs that were set aside, by the last line of each. What is written to is never one. */
@Injectable()
export class LogTraces implements TraceStore {
  readonly class = 'logs';
  readonly policy = 'logs';
  readonly isShared = true;

  constructor(@Inject(APPLIANCE) private readonly appliance: Appliance) {}

  async due(olderThan: Date): Promise<DueTraces> {
    const parts = this.list(olderThan);
    return {
      entries: parts.length,
      bytes: bytesOf(parts),
      firstAt: parts[0]?.endedAt ?? null,
      keptBecause: null,
      names: parts.map(({ name }) => name),
    };
  }

  async remove({ olderThan, names }: PlannedTraces): Promise<RemovedTraces> {
    const planned = this.list(olderThan).filter(({ name }) => names.includes(name));
    const removed = removeOldLogs(
      this.appliance.paths.logs,
      planned.map(({ name }) => name),
    );
    const parts = planned.filter(({ name }) => removed.includes(name));
    return { entries: parts.length, bytes: bytesOf(parts) };
  }

  async amount(): Promise<{ entries: number; bytes: number }> {
    const parts = listOldLogs(this.appliance.paths.logs);
    return { entries: parts.length, bytes: bytesOf(parts) };
  }

  private list(olderThan: Date): OldLog[] {
    return listOldLogs(this.appliance.paths.logs).filter(({ endedAt }) => endedAt <= olderThan);
  }
}

function bytesOf(parts: readonly OldLog[]): number {
  return parts.reduce((sum, { bytes }) => sum + bytes, 0);
}
