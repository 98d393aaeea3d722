import { join } from 'node:path';
import { Inject, Injectable } from '@nestjs/common';
import { APPLIANCE } from '#database';
import { type Clock, HoldfastError } from '#kernel';
import type { Appliance } from '#manifest';
import { CLOCK } from '../storage.tokens.ts';
import { TierSet } from '../tiers/tier-set.ts';
import { hoursAfter } from './domain/policy.ts';
import { FileRows } from './file-rows.repository.ts';
import { removeName, seeFile } from './move-file.adapter.ts';
import { MoveJournal } from './move-journal.repository.ts';
import { moveOfPart } from './part-name.ts';
import { type StrayFile, StrayFileRepository } from './stray-file.repository.ts';
import { type WalkedFile, walkTier } from './tier-walk.adapter.ts';

/** A copy in the making that is older than this belongs to nobody. */
const leftoverHours = 24;

export interface ReconcileReport {
  files: number;
  strays: number;
  strayBytes: number;
  /** Tiers that were not looked at, because they are not ready. */
  skipped: string[];
}

/** Compares the files on tiers with rows. What no row knows is listed; nothing is removed by itself. */
@Injectable()
export class Reconciler {
  constructor(
    @Inject(TierSet) private readonly tiers: TierSet,
    @Inject(FileRows) private readonly rows: FileRows,
    @Inject(MoveJournal) private readonly journal: MoveJournal,
    @Inject(StrayFileRepository) private readonly strays: StrayFileRepository,
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(APPLIANCE) private readonly appliance: Appliance,
  ) {}

  /** Walks every tier that is ready. */
  async run(signal?: AbortSignal): Promise<ReconcileReport> {
    const report: ReconcileReport = { files: 0, strays: 0, strayBytes: 0, skipped: [] };
    for (const { settings, state } of await this.tiers.lookAll()) {
      if (signal?.aborted) return report;
      if (state !== 'ready') report.skipped.push(settings.name);
      else await this.walk(settings.name, report, signal);
    }
    return report;
  }

  /** Removes the leftovers of moves that are on the list, and nothing else. Answers how many. */
  async removeLeftovers(): Promise<number> {
    const live = await this.liveMoves();
    let removed = 0;
    for (const { tier, path } of await this.strays.list('leftover', 10_000)) {
      await this.tiers.requireReady(tier);
      const name = path.split('/').at(-1) ?? '';
      const moveId = moveOfPart(name);
      if (!moveId || live.has(moveId)) continue;
      const file = join(this.tiers.rootOf(tier), path);
      const seen = await seeFile(file);
      if (seen && !seen.isRegular) throw notOurs(file);
      if (await removeName(file)) removed += 1;
      await this.strays.drop(tier, path);
    }
    return removed;
  }

  private async walk(tier: string, report: ReconcileReport, signal: AbortSignal | undefined): Promise<void> {
    const startedAt = this.clock.now();
    for await (const { organisationId, files } of walkTier(this.tiers.rootOf(tier))) {
      if (signal?.aborted) return;
      report.files += files.length;
      const strays = await this.judge(tier, organisationId, files);
      report.strays += strays.length;
      report.strayBytes += strays.reduce((sum, { bytes }) => sum + bytes, 0);
      await this.strays.note(strays, startedAt);
    }
    // A tier that went away while it was walked says nothing about what it no longer shows.
    if ((await this.tiers.look(tier)).state === 'ready') await this.strays.dropUnseen(tier, startedAt);
  }

  private async judge(tier: string, organisationId: string, files: readonly WalkedFile[]): Promise<StrayFile[]> {
    const now = this.clock.now();
    // Bytes are durable before their row is written: what is young may be about to be named.
    const isOld = ({ changedAt }: WalkedFile) => changedAt < hoursAfter(now, -this.appliance.objects.orphanHours);
    const parts = files.filter(({ name }) => moveOfPart(name) !== undefined);
    const old = files.filter((file) => moveOfPart(file.name) === undefined && isOld(file));
    const names = old.map(({ name }) => name);
    const [known, disposed] = await Promise.all([
      this.rows.tiersOf(organisationId, names),
      this.rows.disposed(organisationId, tier, names),
    ]);
    const named = old.filter(({ name }) => !disposed.has(name));
    const live = parts.length > 0 ? await this.liveMoves() : new Set<string>();
    const leftovers = parts.filter(
      ({ name, changedAt }) => !live.has(moveOfPart(name) ?? '') && changedAt < hoursAfter(now, -leftoverHours),
    );
    const asStray = (kind: StrayFile['kind']) => (file: WalkedFile) => ({
      tier,
      kind,
      path: file.path,
      bytes: file.bytes,
      changedAt: file.changedAt,
    });
    return [
      ...leftovers.map(asStray('leftover')),
      ...named.filter(({ name }) => !known.has(name)).map(asStray('no-row')),
      ...named.filter(({ name }) => isElsewhere(known.get(name), tier)).map(asStray('other-tier')),
    ];
  }

  private async liveMoves(): Promise<Set<string>> {
    return new Set((await this.journal.active()).map(({ id }) => id));
  }
}

/** A row says another tier, and no move explains it. */
function isElsewhere(known: { tier: string; inMove: boolean } | undefined, tier: string): boolean {
  return known !== undefined && known.tier !== tier && !known.inMove;
}

function notOurs(file: string): HoldfastError {
  return new HoldfastError('STORAGE_LEFTOVER_NOT_A_FILE', {
    kind: 'conflict',
    message: `${file} is no ordinary file.`,
    action: 'Look at it, and remove it by hand if nobody needs it.',
    values: { file },
  });
}
