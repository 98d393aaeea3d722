import { Inject, Injectable } from '@nestjs/common';
import { requireAccess } from '#access';
import { AuditTrail } from '#audit';
import { TenantDatabase } from '#database';
import { currentContext, HoldfastError } from '#kernel';
import { ObjectStore } from '#storage';
import type { AssetFilter } from '../assets/asset-filter.ts';
import type { AssetPosition } from '../domain/asset-cursor.ts';
import { type ExportedAsset, ExportRepository } from './export.repository.ts';
import { type ExportTally, newTally, writeAll } from './export-tally.ts';
import type { ExportTarget } from './export-target.ts';
import { PlainTarget } from './plain-target.ts';
import { SealedTarget } from './sealed/sealed-target.ts';

export interface ExportOrder {
  folder: string;
  /** What the export is sealed with, checked by `newPassphraseBytes`; without one the originals lie there for everybody to read. */
  passphrase?: Uint8Array | undefined;
  filter: AssetFilter;
  signal: AbortSignal;
  /** Called once, with what is to come. */
  onCount?: (total: { files: number; bytes: number }) => void;
  /** Called after each file; with an error where it failed. */
  onFile?: (asset: ExportedAsset, error?: HoldfastError) => void;
}

const pageSize = 500;

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
   * Writes what fits the filter into a folder, sealed or plain. What fails is counted and passed over, but for a full or unwritable folder, which ends it.
   * Throws that, and what keeps a sealed export from being opened; answers early when `signal` says so.
   */
  async run(order: ExportOrder): Promise<ExportTally> {
    requireAccess('asset.download');
    const { folder, passphrase, filter, signal, onFile } = order;
    const tally = newTally();
    order.onCount?.(await this.database.run((sql) => this.repository.count(sql, filter)));
    const target = passphrase
      ? await SealedTarget.open(folder, passphrase, currentContext().organisationId)
      : new PlainTarget(folder);
    try {
      const files = await target.plan(this.assets(filter));
      const write = (asset: ExportedAsset) => target.write(asset, () => this.objects.open(asset.sha256));
      await writeAll(tally, { files, write, signal, onFile });
      if (!signal.aborted) await target.finish();
    } finally {
      await target.close();
      await this.record(order, target, tally);
    }
    return tally;
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

  private record({ folder, filter }: ExportOrder, { isSealed }: ExportTarget, tally: ExportTally): Promise<void> {
    const { writtenFiles, thereFiles, failedFiles, bytes } = tally;
    const detail = { folder, filter, sealed: isSealed, writtenFiles, thereFiles, failedFiles, bytes };
    return this.database.run((sql) =>
      this.audit.record(sql, { action: 'asset.exported', target: { kind: 'asset', id: 'several' }, detail }),
    );
  }
}
