import type { DriftRecord } from './reconciler.ts';

/** The same departures, each with the earliest instant at which it was seen without a break. */
export function keepSince(now: readonly DriftRecord[], before: readonly DriftRecord[]): DriftRecord[] {
  const known = new Map(before.map(({ kind, subject, since }) => [`${kind} ${subject}`, since]));
  return now.map((record) => {
    const former = known.get(`${record.kind} ${record.subject}`);
    return former !== undefined && former < record.since ? { ...record, since: former } : record;
  });
}
