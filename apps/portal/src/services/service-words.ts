import type { LogLine, Service, Services } from '../api/services-queries.ts';
import type { Tone } from '../ui/marks.tsx';

/** States in words, with the tone of their lamp. */
export const stateWords: Record<Service['state'], { word: string; tone: Tone }> = {
  running: { word: 'Running', tone: 'good' },
  starting: { word: 'Starting', tone: 'warn' },
  degraded: { word: 'Degraded', tone: 'warn' },
  failed: { word: 'Failed', tone: 'bad' },
  stopped: { word: 'Stopped', tone: 'bad' },
  unknown: { word: 'Not known', tone: 'neutral' },
};

/** Who keeps the services running, in a sentence. */
export const hostWords: Record<Services['host'], string> = {
  supervisor: 'The supervisor of ./holdfast up keeps them running.',
  systemd: 'systemd keeps them running.',
  nobody: 'Neither a supervisor nor systemd keeps them running: what answers is all that is known.',
};

/** How the services are together, in a sentence. */
export function summaryOf(services: readonly Service[]): { tone: Tone; text: string } {
  const ill = services.filter(({ state }) => state !== 'running' && state !== 'unknown');
  const unknown = services.filter(({ state }) => state === 'unknown');
  if (ill.length > 0)
    return { tone: 'bad', text: ill.map(({ title, state }) => `${title}: ${stateWords[state].word.toLowerCase()}`).join('; ') };
  if (unknown.length > 0) return { tone: 'warn', text: `Of ${unknown.map(({ title }) => title).join(', ')} nothing is known` };
  return { tone: 'good', text: `All ${services.length} services run and answer` };
}

const weights: Record<NonNullable<LogLine['level']>, number> = { debug: 0, info: 1, warn: 2, error: 3 };
export type LeastLevel = 'all' | 'info' | 'warn' | 'error';

/** The lines that are at least so important, with what follows them without a level of its own (a stack trace). */
export function linesFrom(lines: readonly LogLine[], least: LeastLevel): LogLine[] {
  if (least === 'all') return [...lines];
  let isShown = false;
  return lines.filter(({ level }) => {
    if (level !== null) isShown = weights[level] >= weights[least];
    return isShown;
  });
}
