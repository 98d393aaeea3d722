import type { TierAges } from '../api/types.ts';

export interface AgeCell {
  objects: number;
  bytes: number;
  /** 0..1 of the largest cell: how strongly it is tinted. */
  weight: number;
}

export interface AgeRow {
  label: string;
  cells: AgeCell[];
  bytes: number;
}

/** Bytes by age (rows) and tier (columns, in the order given); what is not told is empty. */
export function ageRows({ bands, items }: TierAges, tiers: readonly string[]): AgeRow[] {
  const most = Math.max(0, ...items.map(({ bytes }) => bytes));
  return bands.map(({ label }, band) => {
    const cells = tiers.map((tier) => {
      const item = items.find((candidate) => candidate.band === band && candidate.tier === tier);
      const bytes = item?.bytes ?? 0;
      return { objects: item?.objects ?? 0, bytes, weight: most > 0 ? bytes / most : 0 };
    });
    return { label, cells, bytes: cells.reduce((sum, cell) => sum + cell.bytes, 0) };
  });
}
