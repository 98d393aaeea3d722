import { Inject, Injectable } from '@nestjs/common';
import { APPLIANCE, SystemDatabase, TenantDatabase } from '#database';
import { asHoldfastError, newId, runAs } from '#kernel';
import type { Appliance } from '#manifest';
import { FileDisposal, failpoint, ObjectRowsRepository } from '#storage';
import { loggerFor, objectBytesSwept, objectsSwept } from '#telemetry';
import { ObjectReferenceRepository, type Orphan } from './object-reference.repository.ts';

const logger = loggerFor('objects');
const hourMs = 3_600_000;
/** Orphans fetched in one statement. */
const batchSize = 500;

/** What a sweep found and did. */
export interface SweepReport {
  /** Objects that are old enough. */
  examined: number;
  /** Objects that nothing referred to and that were old enough: removed, or in a rehearsal only counted. */
  orphans: number;
  orphanBytes: number;
  /** Orphans that were kept because somebody came to need them meanwhile. */
  spared: number;
}

export interface SweepOptions {
  /** Only look. */
  isRehearsal?: boolean;
  signal?: AbortSignal;
}

/** Removes objects that nothing refers to, once they are old enough that no work in hand can be about to refer to them. */
@Injectable()
export class ObjectSweeper {
  constructor(
    @Inject(SystemDatabase) private readonly system: SystemDatabase,
    @Inject(TenantDatabase) private readonly database: TenantDatabase,
    @Inject(ObjectReferenceRepository) private readonly references: ObjectReferenceRepository,
    @Inject(ObjectRowsRepository) private readonly rows: ObjectRowsRepository,
    @Inject(FileDisposal) private readonly disposal: FileDisposal,
    @Inject(APPLIANCE) private readonly appliance: Appliance,
  ) {}

  /** Sweeps every organisation once, and unlinks files that are of no use any more. Stops between two objects when told to. */
  async sweep(options: SweepOptions = {}): Promise<SweepReport> {
    const report: SweepReport = { examined: 0, orphans: 0, orphanBytes: 0, spared: 0 };
    const organisations = await this.system.run((sql) => sql.rows<{ id: string }>('SELECT id FROM organisation ORDER BY id'));
    const actor = { kind: 'system' as const, id: 'objects', label: 'object sweeper' };
    for (const { id: organisationId } of organisations)
      await runAs({ organisationId, actor, permissions: new Set(), requestId: newId() }, () =>
        this.sweepOrganisation(report, options),
      );
    if (!options.isRehearsal) await this.disposal.sweep(options.signal);
    if (report.orphans > 0 && !options.isRehearsal) logger.info(report, 'Objects that nothing referred to were removed');
    return report;
  }

  private async sweepOrganisation(report: SweepReport, options: SweepOptions): Promise<void> {
    const before = new Date(Date.now() - this.appliance.objects.orphanHours * hourMs);
    report.examined += await this.database.run((sql) => this.references.countBefore(sql, before));
    let after = '';
    for (;;) {
      const orphans = await this.database.run((sql) => this.references.unnamed(sql, before, after, batchSize));
      for (const orphan of orphans) {
        if (options.signal?.aborted) return;
        const isOrphan = options.isRehearsal || (await this.remove(orphan, before));
        if (!isOrphan) {
          report.spared += 1;
          continue;
        }
        report.orphans += 1;
        report.orphanBytes += orphan.sizeBytes;
      }
      const last = orphans.length === batchSize ? orphans.at(-1) : undefined;
      if (!last) return;
      after = last.sha256;
    }
  }

  /** Removes one object unless somebody needs it after all: its row now, its file a moment after the commit. Answers whether it is gone. */
  async remove({ sha256, sizeBytes }: Orphan, before: Date): Promise<boolean> {
    const file = await this.rows.find(sha256);
    if (!file) return false;
    const isGone = await this.database
      .run(async (sql) => {
        if (!(await this.references.forget(sql, sha256, before))) return false;
        await this.disposal.note(sql, [file], 'orphan');
        failpoint('sweep.before-commit');
        return true;
      })
      .catch((thrown) => {
        if (isReferred(thrown)) return false;
        throw thrown;
      });
    if (!isGone) return false;
    failpoint('sweep.after-commit');
    objectsSwept.inc();
    objectBytesSwept.inc(sizeBytes);
    logger.debug({ sha256, sizeBytes }, 'An object that nothing referred to was removed');
    return true;
  }
}

/** PostgreSQL's foreign keys saw somebody name the object while its row was being removed (SQLSTATE 23503). */
function isReferred(thrown: unknown): boolean {
  return asHoldfastError(thrown).values.sqlState === '23503';
}
