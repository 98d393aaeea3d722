import type { DomainState, DriftKind, DriftRecord, PastChange, PlannedChange } from '../api/reconcile-types.ts';
import { formatCount } from '../lib/format.ts';
import type { Tone } from '../ui/marks.tsx';

/** A kind of drift in words: what it is called, and what it means. */
export const driftWords: Record<DriftKind, { title: string; means: string }> = {
  F: { title: 'Edited file', means: 'a file of the plan says something else' },
  P: { title: 'Changed setting', means: 'systemd holds another value than the file' },
  K: { title: 'Other CPUs', means: 'the kernel gives other CPUs than planned' },
  T: { title: 'Bound thread', means: 'a thread is bound narrower than its slice' },
  I: { title: 'Interrupt', means: 'an interrupt comes to CPUs that are not for it' },
  X: { title: 'Stranger', means: 'somebody foreign may run on the CPUs of a workload' },
  H: { title: 'Another machine', means: 'the CPUs are others than when it was planned' },
  U: { title: 'Not restarted', means: 'a service runs in another slice, or as it was told before' },
};

/** The state of a domain in a word or two, and how good that is. */
export const stateWords: Record<DomainState, { title: string; tone: Tone }> = {
  'in-step': { title: 'In step', tone: 'good' },
  drifted: { title: 'Drifted', tone: 'warn' },
  undeclared: { title: 'Nothing in force', tone: 'neutral' },
  waiting: { title: 'Waits to be kept', tone: 'accent' },
  'rolling-back': { title: 'Going back', tone: 'warn' },
  unavailable: { title: 'Not known', tone: 'neutral' },
};

/** How a change ended. */
export const outcomeWords: Record<PastChange['outcome'], { title: string; tone: Tone }> = {
  committed: { title: 'Kept', tone: 'good' },
  'rolled-back': { title: 'Went back', tone: 'warn' },
  waiting: { title: 'Waits', tone: 'accent' },
  failed: { title: 'Failed', tone: 'bad' },
};

const whatWords: Record<string, string> = {
  cpus: 'CPUs',
  memoryMinMb: 'memory guaranteed',
  memoryHighMb: 'memory before it is slowed',
  memoryMaxMb: 'memory at most',
  cpuWeight: 'CPU weight',
  ioWeight: 'disk weight',
  gpuPercent: 'ceiling of the card',
  gpuMemoryMb: 'memory of the card',
  gpuProcesses: 'processes on the card',
  encoderSessions: 'films encoded at a time',
  mps: 'shared through MPS',
};
/** Of the second declared card and the others names end in a number. */
const ofCard = /^((?:gpu|encoder)[A-Za-z]+)(\d{1,2})$/;

/** What of a workload becomes other, in words. */
export function whatText(what: string): string {
  const [, word, place] = ofCard.exec(what) ?? [];
  return word === undefined ? (whatWords[what] ?? what) : `${whatWords[word] ?? word}, declared card ${place}`;
}

/** A value as people write it: with its unit, CPUs as ranges. */
export function valueText(what: string, value: string | null): string {
  if (value === null || value === '') return 'none';
  if (what.startsWith('gpuPercent')) return `${value} %`;
  if (/Mb\d*$/.test(what) && /^\d+$/.test(value)) return `${formatCount(Number(value))} MB`;
  return what === 'cpus' ? value.replaceAll('-', '–').replaceAll(',', ', ') : value;
}

/** `video threads 6 → 8`, as few words as tell it. */
export function changeText({ subject, what, from, to }: PlannedChange): string {
  return `${subject} ${whatText(what)} ${valueText(what, from)} → ${valueText(what, to)}`;
}

/** The first few changes in a line, without CPUs that follow from threads. */
export function changesText(changes: readonly PlannedChange[], most = 3): string {
  if (changes.length === 0) return 'nothing changes';
  if (changes.length > most && changes.every(({ from }) => from === null)) return 'all of it for the first time';
  const ofThreads = new Set(changes.filter(({ what }) => what === 'threads').map(({ subject }) => subject));
  const told = changes.filter(({ subject, what }) => what !== 'cpus' || !ofThreads.has(subject));
  const more = told.length > most ? `, and ${told.length - most} more` : '';
  return told.slice(0, most).map(changeText).join(', ') + more;
}

/** Time left as a clock: 0:07, 4:59. */
export function countdownText(seconds: number): string {
  const whole = Math.max(0, Math.ceil(seconds));
  return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, '0')}`;
}

const clock = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit', second: '2-digit' });

/** The time of day with its seconds, as the reader's clock shows it. */
export function clockText(ms: number): string {
  return clock.format(ms);
}

/** What is done about a drift: by itself, how often it was tried, or that a person must. */
export function healingText({ healing, tries }: Pick<DriftRecord, 'healing' | 'tries'>): string {
  if (healing === 'asks') return 'Not put right by itself.';
  if (tries === 0) return 'Put right by itself at the next look.';
  if (tries >= mostTries) return `Tried ${mostTries} times by itself without success; now it needs somebody.`;
  return `Tried ${tries === 1 ? 'once' : 'twice'} by itself; it is tried again.`;
}

/** How often a drift is put right by itself (cores.md). */
const mostTries = 3;
