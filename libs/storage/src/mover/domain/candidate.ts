export const objectClasses = ['original', 'rendition'] as const;
export type ObjectClass = (typeof objectClasses)[number];

/** An object that may move, as its row says. */
export interface Candidate {
  objectId: string;
  organisationId: string;
  class: ObjectClass;
  /** Where it lies, since when, and how often that has changed. */
  tier: string;
  placedAt: Date;
  generation: number;
  /** Size of its file. */
  bytes: number;
  /** When the application last stored or read it; access times of file systems are too coarse. */
  usedAt: Date;
  /** Reads within the hours that the promotion rule looks at. */
  recentReads: number;
  pinnedTier: string | null;
  neverMove: boolean;
  /** Held objects are never deleted; they move like any other. */
  held: boolean;
  damage: string | null;
}

/** Below this an object gives hardly any room and costs as much to move as a large one. */
export const smallBytes = 65_536;

/** How much is gained by moving an object down: bytes × seconds without use. */
export function scoreOf({ bytes, usedAt }: Pick<Candidate, 'bytes' | 'usedAt'>, now: Date): number {
  return bytes * Math.max(0, (now.getTime() - usedAt.getTime()) / 1000);
}

/** Order in which objects move down: what gains most first, small ones last, equal ones by id so that a plan is always the same. */
export function byScore(now: Date): (a: Candidate, b: Candidate) => number {
  return (a, b) =>
    Number(a.bytes < smallBytes) - Number(b.bytes < smallBytes) ||
    scoreOf(b, now) - scoreOf(a, now) ||
    (a.objectId < b.objectId ? -1 : Number(a.objectId > b.objectId));
}
