/** Bounds of the bytes per second that moves may take; `most` null is no limit. */
export interface RateBounds {
  least: number;
  most: number | null;
}

/** Where an unlimited rate begins when it is halved for the first time. */
const unlimitedStart = 2_147_483_648;

/**
 * The next rate by how much others wait for disks: `some avg10` of pressure stall information, in per cent. Above 10 it is halved, below
 * 2 it grows by a tenth (https://docs.kernel.org/accounting/psi.html). Null stands for no limit.
 */
export function nextRate(current: number | null, stalledPercent: number, { least, most }: RateBounds): number | null {
  if (stalledPercent > 10) return Math.max(least, Math.floor((current ?? most ?? unlimitedStart) / 2));
  if (stalledPercent >= 2 || current === null) return current;
  const next = Math.ceil(current * 1.1);
  if (most !== null) return Math.min(most, next);
  return next >= unlimitedStart ? null : next;
}

/** Reads `some avg10` from a file of pressure stall information; undefined where it is not there. */
export function stalledPercentOf(text: string): number | undefined {
  const match = /^some avg10=(\d+(?:\.\d+)?)/m.exec(text);
  return match ? Number(match[1]) : undefined;
}

/** A run in which most actions fail does harm: it ends once more than half of at least twenty have. */
export function hasFailedTooOften(actions: number, failures: number): boolean {
  return actions >= 20 && failures * 2 > actions;
}
