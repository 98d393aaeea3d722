import { type Grid, momentOf, type Range } from './ranges.ts';

/** A mark on the axis of time: where, from 0 to 1, and what it says. */
export interface Tick {
  at: number;
  text: string;
}

const clock = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit' });
const weekday = new Intl.DateTimeFormat('en-GB', { weekday: 'short' });
const date = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short' });

/** Of each range: the next mark after one, on round times of the reader's own clock, and its words. */
const marks: Record<Range, { first(from: Date): Date; next(date: Date): Date; words: Intl.DateTimeFormat }> = {
  hour: {
    first: (from) => new Date(from.getFullYear(), from.getMonth(), from.getDate(), from.getHours()),
    next: (at) => new Date(at.getTime() + 900_000),
    words: clock,
  },
  day: {
    first: (from) => new Date(from.getFullYear(), from.getMonth(), from.getDate()),
    next: (at) => new Date(at.getFullYear(), at.getMonth(), at.getDate(), at.getHours() + 6),
    words: clock,
  },
  week: {
    first: (from) => new Date(from.getFullYear(), from.getMonth(), from.getDate()),
    next: (at) => new Date(at.getFullYear(), at.getMonth(), at.getDate() + 1),
    words: weekday,
  },
  month: {
    first: (from) => new Date(from.getFullYear(), from.getMonth(), from.getDate()),
    next: (at) => new Date(at.getFullYear(), at.getMonth(), at.getDate() + 7),
    words: date,
  },
};

/** Words that stand nearer to an edge would leave the field. */
const edge = 0.04;

/** The marks between two moments. */
export function timeTicks(range: Range, fromMs: number, untilMs: number): Tick[] {
  const { first, next, words } = marks[range];
  const ticks: Tick[] = [];
  for (let at = first(new Date(fromMs)); at.getTime() <= untilMs; at = next(at)) {
    const place = (at.getTime() - fromMs) / (untilMs - fromMs);
    if (place >= edge && place <= 1 - edge) ticks.push({ at: place, text: words.format(at) });
  }
  return ticks;
}

const toTheMinute = new Intl.DateTimeFormat('en-GB', { dateStyle: 'medium', timeStyle: 'short' });
const toTheSecond = new Intl.DateTimeFormat('en-GB', { dateStyle: 'medium', timeStyle: 'medium' });

/** The moment of a point in the reader's time zone, to the second where points are nearer than a minute. */
export function writeMoment(grid: Grid, index: number): string {
  return (grid.stepMs < 60_000 ? toTheSecond : toTheMinute).format(momentOf(grid, index));
}
