import { Inject, Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { APPLIANCE } from '#database';
import type { Clock } from '#kernel';
import type { Appliance } from '#manifest';
import { loggerFor } from '#telemetry';
import { objectPath } from '../object-path.ts';
import { CLOCK } from '../storage.tokens.ts';
import { TierSet } from '../tiers/tier-set.ts';
import { hoursAfter } from './domain/policy.ts';
import { type FileRow, FileRows } from './file-rows.repository.ts';
import { type MillError, MoveMill } from './move-mill.adapter.ts';
import { MoveRate } from './move-rate.ts';

const logger = loggerFor('scrub');
const batchObjects = 100;

export interface ScrubReport {
  examined: number;
  bytes: number;
  /** Objects whose copy on another tier was sound; their rows point at it now. */
  repaired: number;
  damaged: { objectId: string; tier: string; damage: string }[];
  /** Tiers that were not looked at, because they are not ready. */
  skipped: string[];
}

export interface ScrubOptions {
  /** All objects, however recently they were checked; otherwise those whose turn it is. */
  all?: boolean;
  mostBytes?: number;
  signal?: AbortSignal;
  onProgress?: (report: ScrubReport) => void;
}

/** Reads all of every object back from the disk and compares it with what was stored; mends what has a sound copy, and reports the rest. */
@Injectable()
export class Scrubber implements OnApplicationShutdown {
  private readonly mill: MoveMill;

  constructor(
    @Inject(TierSet) private readonly tiers: TierSet,
    @Inject(FileRows) private readonly rows: FileRows,
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(APPLIANCE) private readonly appliance: Appliance,
  ) {
    const { bytesPerSecond } = appliance.mover.scrub;
    this.mill = new MoveMill(1, new MoveRate({ least: bytesPerSecond, most: bytesPerSecond }));
  }

  /** Checks objects, those first whose last check is longest ago. */
  async run(options: ScrubOptions = {}): Promise<ScrubReport> {
    try {
      return await this.scrub(options);
    } finally {
      await this.mill.close();
    }
  }

  async onApplicationShutdown(): Promise<void> {
    await this.mill.close();
  }

  private async scrub({ all, mostBytes, signal, onProgress }: ScrubOptions): Promise<ScrubReport> {
    const report: ScrubReport = { examined: 0, bytes: 0, repaired: 0, damaged: [], skipped: [] };
    const startedAt = this.clock.now();
    const before = all ? startedAt : hoursAfter(startedAt, -24 * this.appliance.mover.scrub.everyDays);
    const seen = await this.tiers.lookAll();
    const ready = seen.filter(({ state }) => state === 'ready').map(({ settings }) => settings.name);
    report.skipped = seen.filter(({ state }) => state !== 'ready').map(({ settings }) => settings.name);
    const done = new Set<string>();
    while (!signal?.aborted && report.bytes < (mostBytes ?? Number.POSITIVE_INFINITY)) {
      // What could not be marked (its row changed meanwhile) comes up again; once is enough for one run.
      const rows = (await this.rows.stalest(ready, before, batchObjects + done.size)).filter(
        ({ objectId }) => !done.has(objectId),
      );
      if (rows.length === 0) return report;
      for (const row of rows) {
        if (signal?.aborted) return report;
        if (!(await this.check(row, report))) done.add(row.objectId);
        onProgress?.(report);
      }
    }
    return report;
  }

  /** Answers whether the row says so now; a damaged or overtaken one comes up again. */
  private async check(row: FileRow, report: ScrubReport): Promise<boolean> {
    const problem = await this.problemOf(row, row.tier);
    report.examined += 1;
    report.bytes += row.bytes;
    if (problem === undefined) {
      await this.rows.markSound(row, this.clock.now());
      return true;
    }
    // A disk that has just gone away damages nothing.
    if ((await this.tiers.look(row.tier)).state !== 'ready') return false;
    await this.mend(row, problem, report);
    return false;
  }

  private async mend(row: FileRow, problem: string, report: ScrubReport): Promise<void> {
    const now = (await this.rows.describe([row.objectId])).get(row.objectId);
    // Moved or removed since it was listed: not what was looked at.
    if (!now || now.generation !== row.generation) return;
    for (const { settings, state } of await this.tiers.lookAll()) {
      if (settings.name === row.tier || state !== 'ready' || (await this.problemOf(row, settings.name)) !== undefined) continue;
      if (!(await this.rows.moveRow(row, settings.name, this.clock.now()))) return;
      report.repaired += 1;
      logger.warn(
        { objectId: row.objectId, from: row.tier, to: settings.name, problem },
        'An object was damaged; its sound copy on another tier serves now',
      );
      return;
    }
    if (await this.rows.markDamaged(row, problem, this.clock.now()))
      report.damaged.push({ objectId: row.objectId, tier: row.tier, damage: problem });
    logger.error(
      { objectId: row.objectId, tier: row.tier, problem },
      'An object is damaged and has no other copy here: restore it from a backup',
    );
  }

  /** What is wrong with an object's file on a tier; undefined where it is sound. */
  private async problemOf(row: FileRow, tier: string): Promise<string | undefined> {
    const file = objectPath(this.tiers.rootOf(tier), row.organisationId, row.fileName);
    try {
      const { sha256, bytes } = await this.mill.verify(file);
      if (bytes !== row.bytes) return `It has ${bytes} bytes on ${tier} instead of ${row.bytes}.`;
      return sha256 === row.sha256 ? undefined : `Its bytes on ${tier} are not those that were stored.`;
    } catch (thrown) {
      const { code, message } = thrown as MillError;
      return code === 'ENOENT' ? `Its file is not on ${tier}.` : `It cannot be read from ${tier}: ${message}`;
    }
  }
}
