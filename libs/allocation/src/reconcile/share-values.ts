import type { GpuCardSettings, GpuShareSettings } from '#manifest';
import { reconcileError, type Values } from '#reconcile';
import { type PlacedShare, placedShares, withShares } from '../gpu/placed-shares.ts';

/** Numbers of a share of a graphics card, by the names that they have in addresses and on the command line. */
export const shareNames = ['gpuPercent', 'gpuMemoryMb', 'gpuProcesses', 'encoderSessions'] as const;
export type ShareName = (typeof shareNames)[number];
type ShareKey = Exclude<keyof GpuShareSettings, 'workload'>;

const keys = {
  gpuPercent: 'ceilingPercent',
  gpuMemoryMb: 'memoryMb',
  gpuProcesses: 'processes',
  encoderSessions: 'encoderSessions',
} as const satisfies Record<ShareName, ShareKey>;
/** Nobody has 0 % of a card: that takes the share away. */
const bounds: Record<ShareName, readonly [number, number]> = {
  gpuPercent: [0, 100],
  gpuMemoryMb: [1, 16_777_216],
  gpuProcesses: [1, 48],
  encoderSessions: [0, 4096],
};
/** Of the first declared card names stand alone, of the second with a 2, and so on. */
const shareValue = new RegExp(`^([^.]+)\\.(${shareNames.join('|')})([2-9]|[1-5]\\d|6[0-4])?$`);

/** One number of a share, by workload, place of the card and kind. */
interface NamedShare {
  id: string;
  place: number;
  name: ShareName;
}
type Wish = NamedShare & { value: number };

/** Values in two: those of shares of cards, and those of anything else. */
export function splitValues(values: Values): { shares: Values; budgets: Values } {
  const entries = Object.entries(values);
  return {
    shares: Object.fromEntries(entries.filter(([name]) => shareValue.test(name))),
    budgets: Object.fromEntries(entries.filter(([name]) => !shareValue.test(name))),
  };
}

/** A number of a share by its whole name, as in `ml.gpuPercent`, and `ml.gpuPercent2` of the second card. */
export function shareValueName({ id, place, name }: NamedShare): string {
  return `${id}.${shareWord(name, place)}`;
}

/** The same without the workload. */
export function shareWord(name: ShareName, place: number): string {
  return place === 0 ? name : `${name}${place + 1}`;
}

/** The number of a share. */
export function shareNumber(share: GpuShareSettings, name: ShareName): number {
  return share[keys[name]];
}

/** Every number of every share; for workloads without one, that they have 0 %. */
export function shareValuesOf(cards: readonly GpuCardSettings[], ids: readonly string[]): Record<string, number> {
  const told = placedShares(cards).flatMap((share) =>
    shareNames.map((name) => [shareValueName({ id: share.workload, place: share.card, name }), shareNumber(share, name)]),
  );
  const none = cards.flatMap(({ shares }, place) =>
    ids
      .filter((id) => !shares.some(({ workload }) => workload === id))
      .map((id) => [shareValueName({ id, place, name: 'gpuPercent' }), 0]),
  );
  return Object.fromEntries([...told, ...none]);
}

/**
 * The cards with other numbers of shares. 0 % takes a share away; a new one needs `gpuPercent` and `gpuMemoryMb`. Throws RECONCILE_VALUE_UNKNOWN for a
 * card, a workload or a number that there cannot be.
 */
export function withShareValues(cards: readonly GpuCardSettings[], ids: readonly string[], values: Values): GpuCardSettings[] {
  const wished = Object.entries(values).map((entry) => readWish(entry, cards, ids));
  const shares = new Map(placedShares(cards).map((share) => [keyOf(share.workload, share.card), share]));
  const touched = new Map(wished.map((wish) => [keyOf(wish.id, wish.place), wish]));
  for (const [key, { id, place }] of touched) {
    const own = wished.filter((wish) => wish.id === id && wish.place === place);
    const next = shareWith(shares.get(key), own);
    if (next === null) shares.delete(key);
    else shares.set(key, next);
  }
  return withShares(cards, [...shares.values()]);
}

/** Words that set shares in the manifest, as `config set` takes them: number by number, or all shares of a card where one comes or goes. */
export function shareAssignments(
  declared: readonly GpuCardSettings[],
  wished: readonly GpuCardSettings[],
): { path: string[]; value: unknown }[] {
  return wished.flatMap(({ shares }, place): { path: string[]; value: unknown }[] => {
    const before = declared[place]?.shares ?? [];
    const path = ['gpu', 'cards', `${place}`, 'shares'];
    const isSame = shares.length === before.length && shares.every(({ workload }, at) => before[at]?.workload === workload);
    if (!isSame) return [{ path, value: shares }];
    return shares.flatMap((share, at) =>
      Object.values(keys)
        .filter((key) => before[at]?.[key] !== share[key])
        .map((key) => ({ path: [...path, `${at}`, key], value: share[key] })),
    );
  });
}

function shareWith(share: PlacedShare | undefined, wishes: Wish[]): PlacedShare | null {
  const [{ id, place }] = wishes as [Wish];
  const numbers = Object.fromEntries(wishes.map(({ name, value }) => [keys[name], value])) as Partial<GpuShareSettings>;
  if (numbers.ceilingPercent === 0) return null;
  const first = share ?? { card: place, workload: id, processes: 1, encoderSessions: 0 };
  const { ceilingPercent, memoryMb, ...rest } = { ...first, ...numbers };
  if (ceilingPercent === undefined || memoryMb === undefined)
    throw unknown(
      `${id} has no share of that card; a new one needs ${shareWord('gpuPercent', place)} and ${shareWord('gpuMemoryMb', place)}.`,
    );
  return { ...rest, ceilingPercent, memoryMb };
}

function readWish([whole, value]: [string, number], cards: readonly GpuCardSettings[], ids: readonly string[]): Wish {
  const [, id = '', word, count] = shareValue.exec(whole) ?? [];
  const place = Number(count ?? 1) - 1;
  if (!ids.includes(id)) throw unknown(`There is no workload ${id}; there are: ${ids.join(', ') || 'none'}.`);
  if (!cards[place])
    throw unknown(
      `${whole} is of graphics card ${place + 1}; the manifest declares ${cards.length === 0 ? 'none' : cards.length}.`,
    );
  const name = word as ShareName;
  const [least, most] = bounds[name];
  if (!Number.isInteger(value) || value < least || value > most)
    throw unknown(`${whole} is ${value}; it may be ${least} to ${most}.`);
  return { id, place, name, value };
}

function keyOf(id: string, place: number): string {
  return `${place} ${id}`;
}

function unknown(message: string): Error {
  return reconcileError('RECONCILE_VALUE_UNKNOWN', message);
}
