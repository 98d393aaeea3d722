import type { MoverRun, ObjectMove, PlannedMove, Tier } from '../api/types.ts';
import type { Tone } from '../ui/marks.tsx';

/** How a tier is, and what to do where it is not ready. The reason itself comes from the appliance. */
export const tierStateWords: Record<Tier['state'], { word: string; tone: Tone; toDo: string | null }> = {
  ready: { word: 'Ready', tone: 'good', toDo: null },
  missing: {
    word: 'Missing',
    tone: 'bad',
    toDo: 'Mount its disk again. Until then what lies there cannot be read, nothing moves to or from it, and nothing is deleted.',
  },
  wrong: {
    word: 'Wrong disk',
    tone: 'bad',
    toDo: 'Mount the declared disk in its place, or declare this one in config/appliance.yaml. Nothing is written to it.',
  },
  'read-only': {
    word: 'Read-only',
    tone: 'bad',
    toDo: 'What lies there can be read. Look at what the kernel says (dmesg), check the disk, then mount it for writing again.',
  },
  failing: {
    word: 'Failing',
    tone: 'bad',
    toDo: 'Check and replace its disk. Nothing moves to or from it until it is well.',
  },
};

export const healthWords: Record<Tier['health'][number]['state'], { word: string; tone: Tone }> = {
  ok: { word: 'well', tone: 'good' },
  warning: { word: 'warning', tone: 'warn' },
  failed: { word: 'failed', tone: 'bad' },
  unknown: { word: 'not known', tone: 'neutral' },
};

/** Why something moves, in one word. */
export const ruleWords: Record<PlannedMove['rule'], { word: string; tone: Tone }> = {
  pin: { word: 'Pinned', tone: 'accent' },
  promotion: { word: 'In use', tone: 'accent' },
  pressure: { word: 'No room', tone: 'warn' },
  age: { word: 'Age', tone: 'neutral' },
};

export const moveStateWords: Record<ObjectMove['state'], { word: string; tone: Tone }> = {
  planned: { word: 'Waits', tone: 'neutral' },
  copying: { word: 'Being copied', tone: 'accent' },
  copied: { word: 'Copied', tone: 'accent' },
  verified: { word: 'Read back', tone: 'accent' },
  published: { word: 'In place', tone: 'accent' },
  committed: { word: 'Moved, old copy kept', tone: 'good' },
  'source-deleted': { word: 'Moved', tone: 'good' },
  done: { word: 'Moved', tone: 'good' },
  failed: { word: 'Failed', tone: 'bad' },
  conflict: { word: 'Given up', tone: 'warn' },
};

export const originWords: Record<MoverRun['origin'], string> = {
  asked: 'asked for',
  pressure: 'for want of room',
  window: 'in the window',
};
