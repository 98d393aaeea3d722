import type { CoreProposal } from '../api/types.ts';
import { formatSpan } from '../lib/format.ts';

const days = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'];

/** The busiest hours, as in "Mon 20:00, Tue 20:00". */
export function busyHours(hours: CoreProposal['evidence'][number]['busiest']): string {
  return hours
    .slice(0, 3)
    .map(({ day, hour }) => `${days[day]} ${String(hour).padStart(2, '0')}:00`)
    .join(', ');
}

/** How much of a week would no longer be tight, as in "video tight for 2 h instead of 28 h". */
export function tightInWords({
  id,
  tightMinutesBefore,
  tightMinutesAfter,
}: NonNullable<CoreProposal['proposal']>['effect'][number]): string {
  const before = formatSpan(tightMinutesBefore * 60_000);
  if (tightMinutesAfter === 0) return `${id} never tight instead of ${before}`;
  return `${id} tight for ${formatSpan(tightMinutesAfter * 60_000)} instead of ${before}`;
}
