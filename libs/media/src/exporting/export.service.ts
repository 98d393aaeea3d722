import { Inject, Injectable } from '@nestjs/common';
import { requireAccess } from '#access';
import { AuditTrail } from '#audit';
import { TenantDatabase } from '#database';
import { asHoldfastError, HoldfastError } from '#kernel';
import { ObjectStore } from '#storage';
import type { AssetFilter } from '../assets/asset-filter.ts';
import type { AssetPosition } from '../domain/asset-cursor.ts';
import { type ExportedAsset, ExportRepository } from './export.repository.ts';
import { exportFile } from './export-file.adapter.ts';

/** What came of an export. */
export interface ExportTally {
  writtenFiles: number;
  /** They were there already, byte for byte. */
  thereFiles: number;
  failedFiles: number;
  /** Of written files. */
  bytes: number;
  /** The first hundred failures. */
  failures: { id: string; name: string; code: string; message: string }[];
}

export interface ExportOrder {
  folder: string;
  filter: AssetFilter;
  signal: AbortSignal;
  /** Called once, with what is to come. */
  onCount?: (total: { files: number; bytes: number }) => void;
  /** Called after each file; with an error where it failed. */
  onFile?: (asset: ExportedAsset, error?: HoldfastError) => void;
}

/** Files in hand at a time: while one waits for the disk, another is read. */
const lanes = 3;
const pageSize = 500;
const mostFailures = 100;

/** Writes originals into a folder of the machine. */
@Injectable()
export class ExportService {
  constructor(
    @Inject(TenantDatabase) private readonly database: TenantDatabase,
    @Inject(ExportRepository) private readonly repository: ExportRepository,
    @Inject(ObjectStore) private readonly objects: ObjectStore,
    @Inject(AuditTrail) private readonly audit: AuditTrail,
  ) {}

  /** The one collection or tag of a name. Throws EXPORT_NAME_UNKNOWN and EXPORT_NAME_AMBIGUOUS. */
  async idOf(table: 'collection' | 'tag', name: string): Promise<string> {
    requireAccess('asset.download');
    const [id, other] = await this.database.run((sql) => this.repository.named(sql, table, name));
    if (id && !other) return id;
    throw new HoldfastError(id ? 'EXPORT_NAME_AMBIGUOUS' : 'EXPORT_NAME_UNKNOWN', {
      kind: 'invalid',
      message: id ? `There are several ${table}s “${name}”.` : `There is no ${table} “${name}”.`,
      action: id ? 'Rename one of them.' : 'Write it as the portal shows it.',
    });
  }

  /**
   * Writes what fits the filter into a folder. What fails is counted and passed over, but for a full or unwritable folder, which ends it.
   * Throws that; answers early when `signal` says so.
   */
  async run(order: ExportOrder): Promise<ExportTally> {
    requireAccess('asset.download');
    const tally: ExportTally = { writtenFiles: 0, thereFiles: 0, failedFiles: 0, bytes: 0, failures: [] };
    order.onCount?.(await this.database.run((sql) => this.repository.count(sql, order.filter)));
    const assets = this.assets(order.filter);
    let fatal: HoldfastError | undefined;
    const lane = async () => {
      for (;;) {
        if (order.signal.aborted || fatal) return;
        const { value: asset, done } = await assets.next();
        if (done) return;
        const error = await this.one(order.folder, asset, tally);
        order.onFile?.(asset, error);
        if (error && /^EXPORT_FOLDER/.test(error.code)) fatal ??= error;
      }
    };
    try {
      await Promise.all(Array.from({ length: lanes }, lane));
    } finally {
      await this.record(order, tally);
    }
    if (fatal) throw fatal;
    return tally;
  }

  private async one(folder: string, asset: ExportedAsset, tally: ExportTally): Promise<HoldfastError | undefined> {
    try {
      const outcome = await exportFile(folder, asset, () => this.objects.open(asset.sha256));
      if (outcome === 'there') tally.thereFiles += 1;
      else {
        tally.writtenFiles += 1;
        tally.bytes += asset.sizeBytes;
      }
      return undefined;
    } catch (thrown) {
      const error = asHoldfastError(thrown);
      const { code, message } = error;
      tally.failedFiles += 1;
      if (tally.failures.length < mostFailures) tally.failures.push({ id: asset.id, name: asset.name, code, message });
      return error;
    }
  }

  private async *assets(filter: AssetFilter): AsyncGenerator<ExportedAsset> {
    let after: AssetPosition | undefined;
    do {
      const page = await this.database.run((sql) => this.repository.page(sql, filter, after, pageSize));
      yield* page;
      const last = page.length === pageSize ? page.at(-1) : undefined;
      after = last && { shownAt: last.position, id: last.id };
    } while (after);
  }

  private record({ folder, filter }: ExportOrder, { writtenFiles, thereFiles, failedFiles }: ExportTally): Promise<void> {
    const detail = { folder, filter, writtenFiles, thereFiles, failedFiles };
    return this.database.run((sql) =>
      this.audit.record(sql, { action: 'asset.exported', target: { kind: 'asset', id: 'several' }, detail }),
    );
  }
}
