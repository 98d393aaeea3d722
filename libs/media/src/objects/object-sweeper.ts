import { Inject, Injectable } from '@nestjs/common';
import { APPLIANCE, type Sql, SystemDatabase, TenantDatabase } from '#database';
import { asHoldfastError, newId, runAs } from '#kernel';
import type { Appliance } from '#manifest';
import { failpoint, ObjectRemoval, type SeenObject, type SetAside } from '#storage';
import { loggerFor, objectBytesSwept, objectsSwept } from '#telemetry';
import { ObjectReferenceRepository } from './object-reference.repository.ts';

const logger = loggerFor('objects');
const hourMs = 3_600_000;
/** Objects asked about in one statement. */
const batchSize = 500;

/** What a sweep found and did. */
export interface SweepReport {
  /** Objects on the disk. */
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
    @Inject(ObjectRemoval) private readonly removal: ObjectRemoval,
    @Inject(APPLIANCE) private readonly appliance: Appliance,
  ) {}

  /** Sweeps every organisation once. Stops between two objects when told to. */
  async sweep(options: SweepOptions = {}): Promise<SweepReport> {
    await this.removal.putBackAll();
    const report: SweepReport = { examined: 0, orphans: 0, orphanBytes: 0, spared: 0 };
    const organisations = await this.system.run((sql) => sql.rows<{ id: string }>('SELECT id FROM organisation ORDER BY id'));
    const actor = { kind: 'system' as const, id: 'objects', label: 'object sweeper' };
    for (const { id: organisationId } of organisations)
      await runAs({ organisationId, actor, permissions: new Set(), requestId: newId() }, () =>
        this.sweepOrganisation(report, options),
      );
    if (report.orphans > 0 && !options.isRehearsal) logger.info(report, 'Objects that nothing referred to were removed');
    return report;
  }

  private async sweepOrganisation(report: SweepReport, options: SweepOptions): Promise<void> {
    const oldEnough = new Date(Date.now() - this.appliance.objects.orphanHours * hourMs);
    let batch: SeenObject[] = [];
    for await (const seen of this.removal.list()) {
      if (options.signal?.aborted) return;
      report.examined += seen.length;
      batch.push(...seen.filter(({ storedAt }) => storedAt < oldEnough));
      if (batch.length < batchSize) continue;
      await this.sweepBatch(batch, report, options);
      batch = [];
    }
    await this.sweepBatch(batch, report, options);
  }

  private async sweepBatch(batch: readonly SeenObject[], report: SweepReport, options: SweepOptions): Promise<void> {
    if (batch.length === 0) return;
    const hashes = batch.map(({ sha256 }) => sha256);
    const unnamed = await this.database.run((sql) => this.references.unnamed(sql, hashes));
    for (const object of batch.filter(({ sha256 }) => unnamed.has(sha256))) {
      if (options.signal?.aborted) return;
      const isOrphan = options.isRehearsal || (await this.remove(object));
      if (!isOrphan) {
        report.spared += 1;
        continue;
      }
      report.orphans += 1;
      report.orphanBytes += object.sizeBytes;
    }
  }

  /** Removes one object unless somebody needs it after all. Answers whether it is gone. */
  async remove(object: SeenObject): Promise<boolean> {
    let aside: SetAside | undefined;
    try {
      await this.database.run(async (sql) => {
        aside = await this.forget(sql, object);
        failpoint('sweep.before-commit');
      });
    } catch (thrown) {
      await aside?.putBack();
      if (!(thrown instanceof Spared || isReferred(thrown))) throw thrown;
      return false;
    }
    failpoint('sweep.after-commit');
    await aside?.drop();
    objectsSwept.inc();
    objectBytesSwept.inc(object.sizeBytes);
    logger.debug({ sha256: object.sha256, sizeBytes: object.sizeBytes }, 'An object that nothing referred to was removed');
    return true;
  }

  /** First the row, which holds up whoever is about to name the object; then the file, if it still is the one that was judged. */
  private async forget(sql: Sql, object: SeenObject): Promise<SetAside> {
    if (!(await this.references.forget(sql, object.sha256, object.sizeBytes))) throw new Spared();
    const aside = await this.removal.setAside(object);
    if (!aside) throw new Spared();
    return aside;
  }
}

/** Undoes the transaction of an object that is needed after all. */
class Spared extends Error {}

/** PostgreSQL's foreign keys saw somebody name the object while its row was being removed (SQLSTATE 23503). */
function isReferred(thrown: unknown): boolean {
  return asHoldfastError(thrown).values.sqlState === '23503';
}
