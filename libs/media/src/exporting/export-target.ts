import type { ExportedAsset } from './export.repository.ts';

/** What became of one original. */
export type ExportOutcome = 'written' | 'there';

/** Where originals are written to. `close` it. */
export interface ExportTarget {
  readonly isSealed: boolean;
  /** Hears of all originals before the first is written; answers them. Throws EXPORT_* errors, which end the export. */
  plan(assets: AsyncGenerator<ExportedAsset>): Promise<AsyncGenerator<ExportedAsset>>;
  /** Writes one, or finds it there. Throws EXPORT_* errors. */
  write(asset: ExportedAsset, read: () => Promise<AsyncIterable<Uint8Array>>): Promise<ExportOutcome>;
  /** Called once all have been tried, not where the export was ended before. */
  finish(): Promise<void>;
  close(): Promise<void>;
}
