import type { QueueState } from '../api/types.ts';
import type { Tone } from '../ui/marks.tsx';

/** After this long with nothing running and nothing done, waiting jobs are stuck rather than about to start. */
const stuckAfterSeconds = 90;

export interface QueueHealth {
  word: 'Idle' | 'Working' | 'Starting' | 'Stuck';
  tone: Tone;
}

/** What a queue is doing, judged by what waits, what runs and what got done in the last minute. */
export function queueHealth(
  queue: Pick<QueueState, 'waiting' | 'running' | 'oldestWaitingSeconds' | 'finishedLastMinute'>,
): QueueHealth {
  if (queue.running > 0 || (queue.waiting > 0 && queue.finishedLastMinute > 0)) return { word: 'Working', tone: 'accent' };
  if (queue.waiting === 0) return { word: 'Idle', tone: 'neutral' };
  if ((queue.oldestWaitingSeconds ?? 0) < stuckAfterSeconds) return { word: 'Starting', tone: 'neutral' };
  return { word: 'Stuck', tone: 'warn' };
}

/** How long the waiting jobs will take at the rate of the last minute, in milliseconds; undefined where nothing is known. */
export function timeLeftMs({
  waiting,
  running,
  finishedLastMinute,
}: Pick<QueueState, 'waiting' | 'running' | 'finishedLastMinute'>): number | undefined {
  return waiting + running > 0 && finishedLastMinute > 0 ? ((waiting + running) / finishedLastMinute) * 60_000 : undefined;
}

/** A guess in one unit, so that it does not pretend to more than it knows: 50 s, 8 min, 3 h. */
export function formatGuess(ms: number): string {
  const seconds = ms / 1000;
  if (seconds < 55) return `${Math.max(5, Math.round(seconds / 5) * 5)} s`;
  if (seconds < 3570) return `${Math.max(1, Math.round(seconds / 60))} min`;
  return seconds < 84_600 ? `${Math.round(seconds / 3600)} h` : `${Math.round(seconds / 86_400)} d`;
}

export interface QueueTotals {
  waiting: number;
  running: number;
  dead: number;
  finishedLastMinute: number;
  oldestWaitingSeconds: number | null;
}

/** All queues as one. */
export function totalsOf(queues: readonly QueueState[]): QueueTotals {
  const sum = (pick: (queue: QueueState) => number) => queues.reduce((total, queue) => total + pick(queue), 0);
  const ages = queues.map((queue) => queue.oldestWaitingSeconds).filter((age) => age !== null);
  return {
    waiting: sum((queue) => queue.waiting),
    running: sum((queue) => queue.running),
    dead: sum((queue) => queue.dead),
    finishedLastMinute: sum((queue) => queue.finishedLastMinute),
    oldestWaitingSeconds: ages.length > 0 ? Math.max(...ages) : null,
  };
}
