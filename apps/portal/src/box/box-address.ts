import { readTriedValues, type TriedValues, writeTriedValues } from '../changes/tried-values.ts';
import { compact, readChoice, readText } from '../lib/query-text.ts';

const views = ['table'] as const;
const triedProfiles = ['ryzen-7950x-4090', 'epyc-two-socket'] as const;
export type TriedProfile = (typeof triedProfiles)[number];

/** What the address of the box says: how cores are shown, and which budgets are tried, as `video:8,ml:2`. */
export interface BoxAddress {
  view?: 'table' | undefined;
  profile?: TriedProfile | undefined;
  try?: string | undefined;
}

/** Reads the address; whatever does not fit is left out. */
export function readBoxAddress(raw: Record<string, unknown>): BoxAddress {
  return compact({
    view: readChoice(raw, 'view', views),
    profile: readChoice(raw, 'profile', triedProfiles),
    try: writeTriedValues(readTried(readText(raw, 'try', 2000))),
  });
}

/** Threads by workload out of `video:8,ml:2`; entries that say nothing are left out. */
export const readTried = (text: string | undefined): TriedValues => readTriedValues(text, /^[a-z][a-z0-9-]{0,30}$/, 4096);
