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
    try: writeTried(readTried(readText(raw, 'try', 2000))),
  });
}

/** Threads by workload out of `video:8,ml:2`; entries that say nothing are left out. */
export function readTried(text: string | undefined): Record<string, number> {
  const entries = (text ?? '').split(',').flatMap((entry) => {
    const [, id, threads] = /^([a-z][a-z0-9-]{0,30}):(\d{1,4})$/.exec(entry) ?? [];
    return id === undefined || Number(threads) > 4096 ? [] : [[id, Number(threads)] as const];
  });
  return Object.fromEntries(entries);
}

/** The other way round; undefined where nothing is tried. */
export function writeTried(threads: Readonly<Record<string, number>>): string | undefined {
  const entries = Object.entries(threads).sort(([a], [b]) => (a < b ? -1 : 1));
  return entries.map(([id, count]) => `${id}:${count}`).join(',') || undefined;
}
