import { Inject, Injectable } from '@nestjs/common';
import { requireAccess } from '#access';
import { APPLIANCE } from '#database';
import type { AnswerOf, Clock } from '#kernel';
import type { Appliance } from '#manifest';
import type { forecastTiers, listAges, listFlows, listStorageProblems, listTiers } from '../http/storage.contract.ts';
import { hoursAfter, hoursInWords } from '../mover/domain/policy.ts';
import type { ObservedTier } from '../mover/domain/room-ledger.ts';
import { nextWithin } from '../mover/domain/window.ts';
import { MoverPlanner } from '../mover/mover-planner.ts';
import { MoverRunRepository } from '../mover/mover-run.repository.ts';
import { asRunAnswer } from '../mover/run-answer.ts';
import { CLOCK } from '../storage.tokens.ts';
import { daysUntil, forecastGrowth, leastSamples } from './domain/forecast.ts';
import { sharedFileSystems, usedPercent } from './domain/tier.ts';
import { TierRepository } from './tier.repository.ts';
import { type TierContents, TierFigures } from './tier-figures.repository.ts';
import { TierHealth } from './tier-health.service.ts';

type TierAnswer = AnswerOf<typeof listTiers>['items'][number];
type ForecastAnswer = AnswerOf<typeof forecastTiers>['items'][number];

/** Idle times at which the bands of ages begin: a day, a week, a month, three months, a year. */
const bandHours = [24, 168, 720, 2160, 8760];
const historyDays = 60;
const flowDays = 30;
const empty: TierContents = { objects: 0, originalBytes: 0, renditionBytes: 0, damagedObjects: 0, oldestVerifiedAt: null };

/** Tiers for those who look at them: how full, how old, where to. */
@Injectable()
export class TierOverviewService {
  constructor(
    @Inject(MoverPlanner) private readonly planner: MoverPlanner,
    @Inject(TierRepository) private readonly tiers: TierRepository,
    @Inject(TierFigures) private readonly figures: TierFigures,
    @Inject(TierHealth) private readonly health: TierHealth,
    @Inject(MoverRunRepository) private readonly runs: MoverRunRepository,
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(APPLIANCE) private readonly appliance: Appliance,
  ) {}

  async list(): Promise<AnswerOf<typeof listTiers>> {
    requireAccess('storage.read');
    const now = this.clock.now();
    const [seen, contents, [lastRun], activeMoves, strays] = await Promise.all([
      this.planner.observeTiers(now),
      this.figures.contents(),
      this.runs.newest(1),
      this.figures.activeMoves(),
      this.figures.strays(),
    ]);
    const { enabled, window } = this.appliance.mover;
    const groups = sharedFileSystems(seen);
    const items = seen.map((tier) => this.tierAnswer(tier, contents.get(tier.settings.name) ?? empty, groups));
    return {
      items: await Promise.all(items),
      mover: {
        enabled,
        window,
        nextWindowAt: nextWithin(window, now).toISOString(),
        lastRun: lastRun ? asRunAnswer(lastRun) : null,
        activeMoves,
        strayFiles: strays.reduce((sum, { files }) => sum + files, 0),
      },
    };
  }

  async forecast(): Promise<AnswerOf<typeof forecastTiers>> {
    requireAccess('storage.read');
    const now = this.clock.now();
    const seen = await this.planner.observeTiers(now);
    return { items: await Promise.all(seen.map((tier) => this.forecastOne(tier, now))) };
  }

  async ages(): Promise<AnswerOf<typeof listAges>> {
    requireAccess('storage.read');
    const edges = [0, ...bandHours];
    const bands = edges.map((fromHours, index) => {
      const toHours = edges[index + 1] ?? null;
      return {
        label: toHours === null ? `over ${hoursInWords(fromHours)}` : `up to ${hoursInWords(toHours)}`,
        fromHours,
        toHours,
      };
    });
    return { bands, items: await this.figures.ages(this.clock.now(), bandHours) };
  }

  async flows(): Promise<AnswerOf<typeof listFlows>> {
    requireAccess('storage.read');
    return { items: await this.figures.flows(hoursAfter(this.clock.now(), -24 * flowDays)) };
  }

  async problems(): Promise<AnswerOf<typeof listStorageProblems>> {
    requireAccess('storage.read');
    const [damaged, stray] = await Promise.all([this.figures.damaged(500), this.figures.strays()]);
    return { damaged, stray };
  }

  private async tierAnswer(tier: ObservedTier, contents: TierContents, groups: string[][]): Promise<TierAnswer> {
    const { settings, state, reason, room, fileSystemType, fileSystemUuid } = tier;
    const { name, lowPercent, highPercent, criticalPercent, minFreeBytes, residenceHours, parallelMoves, maxWriteBytesPerDay } =
      settings;
    const group = groups.find((names) => names.includes(name)) ?? [];
    return {
      ...{ name, state, reason, fileSystemType, fileSystemUuid },
      totalBytes: room?.totalBytes ?? null,
      freeBytes: room?.freeBytes ?? null,
      usedPercent: room ? Math.round(usedPercent(room) * 10) / 10 : null,
      totalInodes: room?.totalInodes ?? null,
      freeInodes: room?.freeInodes ?? null,
      ...{ lowPercent, highPercent, criticalPercent, minFreeBytes, residenceHours, parallelMoves, maxWriteBytesPerDay },
      objects: contents.objects,
      objectBytes: contents.originalBytes + contents.renditionBytes,
      originalBytes: contents.originalBytes,
      renditionBytes: contents.renditionBytes,
      damagedObjects: contents.damagedObjects,
      reservedBytes: tier.reservedBytes,
      writtenTodayBytes: tier.writtenTodayBytes,
      sharesFileSystemWith: group.filter((other) => other !== name),
      health: await this.health.of(settings),
      oldestVerifiedAt: contents.oldestVerifiedAt?.toISOString() ?? null,
    };
  }

  private async forecastOne({ settings, room }: ObservedTier, now: Date): Promise<ForecastAnswer> {
    const samples = await this.tiers.samples(settings.name, hoursAfter(now, -24 * historyDays));
    const { samples: count, spanDays, growth } = forecastGrowth(samples);
    const known = { tier: settings.name, samples: count, spanDays };
    const unknown = { growthBytesPerDay: null, daysToHigh: null, daysToFull: null };
    if (!growth || !room) {
      const message = room
        ? `Not enough history: ${count} hourly samples over ${spanDays.toFixed(1)} days; ${leastSamples} over a day are needed.`
        : 'The tier cannot be measured.';
      return { ...known, ...unknown, state: 'not-enough-history', message };
    }
    const used = room.totalBytes - room.freeBytes;
    return {
      ...known,
      state: 'known',
      message: `Reckoned from ${spanDays.toFixed(1)} days: nine of ten times the truth lies within the range.`,
      growthBytesPerDay: { soonest: growth.high, likely: growth.likely, latest: growth.low },
      daysToHigh: daysUntil((room.totalBytes * settings.highPercent) / 100 - used, growth),
      daysToFull: daysUntil(room.freeBytes, growth),
    };
  }
}
