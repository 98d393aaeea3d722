import type { MoverSettings } from '#manifest';
import type { Candidate } from './candidate.ts';

/** What moves objects: a person's wish, use, want of room, or time. */
export const moveRules = ['pin', 'promotion', 'pressure', 'age'] as const;
export type MoveRule = (typeof moveRules)[number];

export type AgeRule = MoverSettings['ages'][number];

/** The declared policy of moving. */
export type MoverPolicy = Pick<MoverSettings, 'window' | 'ages' | 'promotion' | 'maxMovesPerRun' | 'maxBytesPerRun'>;

export const hourMs = 3_600_000;

export function hoursAfter(from: Date, hours: number): Date {
  return new Date(from.getTime() + hours * hourMs);
}

/** The rule of age that an object comes under where it lies, if any. */
export function ageRuleOf(policy: MoverPolicy, { class: is, tier }: Pick<Candidate, 'class' | 'tier'>): AgeRule | undefined {
  return policy.ages.find((rule) => rule.class === is && rule.from === tier);
}

/** When an object is old enough to move by a rule of age: nobody has used it for so long, and it has stayed its time. */
export function dueByAge(rule: AgeRule, residenceHours: number, { usedAt, placedAt }: Candidate): Date {
  const idle = hoursAfter(usedAt, rule.idleHours);
  const stayed = hoursAfter(placedAt, residenceHours);
  return new Date(Math.max(idle.getTime(), stayed.getTime()));
}

/** Hours in words: `30 days`, `24 hours`. */
export function hoursInWords(hours: number): string {
  if (hours >= 48 && hours % 24 === 0) return `${hours / 24} days`;
  return hours === 1 ? '1 hour' : `${Math.round(hours * 10) / 10} hours`;
}
