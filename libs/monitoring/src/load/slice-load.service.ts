import { Inject, Injectable } from '@nestjs/common';
import { requireAccess } from '#access';
import { type AnswerOf, HoldfastError } from '#kernel';
import type { getSliceLoad } from '../http/telemetry.contract.ts';
import { SliceLoadRepository, type WeekHour } from './slice-load.repository.ts';

type Load = AnswerOf<typeof getSliceLoad>;

/** More points than this draw no better picture. */
const mostPoints = 20_000;
const weekMs = 7 * 86_400_000;

/** What slices did, for those who look back and those who look ahead. */
@Injectable()
export class SliceLoadService {
  constructor(@Inject(SliceLoadRepository) private readonly repository: SliceLoadRepository) {}

  /** The load of each slice in points of so many seconds. Throws TELEMETRY_RANGE_INVALID. */
  async loadOfSlices(from: Date, to: Date, stepSeconds: number): Promise<Load> {
    requireAccess('box.read');
    const points = (to.getTime() - from.getTime()) / 1000 / stepSeconds;
    if (points <= 0 || points > mostPoints || stepSeconds % 60 !== 0) throw rangeInvalid(from, to, stepSeconds);
    const rows = await this.repository.points(from, to, stepSeconds);
    const slices = new Map<string, Load['slices'][number]['points']>();
    for (const { slice, at, ...point } of rows)
      slices.set(slice, [...(slices.get(slice) ?? []), { at: at.toISOString(), ...point }]);
    return { stepSeconds, slices: [...slices].map(([id, all]) => ({ id, points: all })) };
  }

  /** Each slice's usual week: what its hours meant and reached over the last weeks, in a time zone. */
  shapeOfSlices(weeks: number, timeZone = Intl.DateTimeFormat().resolvedOptions().timeZone): Promise<WeekHour[]> {
    requireAccess('box.read');
    return this.repository.week(new Date(Date.now() - weeks * weekMs), timeZone);
  }
}

function rangeInvalid(from: Date, to: Date, stepSeconds: number): HoldfastError {
  return new HoldfastError('TELEMETRY_RANGE_INVALID', {
    kind: 'invalid',
    message: `From ${from.toISOString()} to ${to.toISOString()} in steps of ${stepSeconds} s are no points, or more than ${mostPoints}.`,
    action: 'Let the end come after the beginning, and take whole minutes as steps, longer ones for a longer time.',
  });
}
