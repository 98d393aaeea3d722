import { Inject, Injectable } from '@nestjs/common';
import { AuditTrail } from '#audit';
import { TenantDatabase } from '#database';
import { type ErasureCertificate, ErasureCertificates, KeyErasure, Keyring } from '#keys';
import { HandlesJob, type JobHandler, type JobRun, Outbox } from '#queue';
import { FileDisposal, failpoint } from '#storage';
import { AssetRemoval } from '../removal/asset-removal.ts';
import { erasureRun } from './erasure.jobs.ts';
import { ErasureRepository, type ErasureRow, type ErasureState, type ErasureSubject } from './erasure.repository.ts';
import { HandoverRepository } from './handover.repository.ts';
import { PersonTraces } from './person-traces.ts';

const assetsPerBatch = 100;
const keysPerBatch = 200;

/**
 * Carries out an erasure. Each step may be done twice: a worker that is killed leaves it to the next. People: what others brought, too, gets their keys; the rest goes; the
 * key is destroyed. Collections and assets: the data keys of their objects and texts are destroyed, and with them what a restore might bring back.
 */
@Injectable()
@HandlesJob(erasureRun)
export class ErasureRunHandler implements JobHandler<typeof erasureRun.payload> {
  constructor(
    @Inject(TenantDatabase) private readonly database: TenantDatabase,
    @Inject(ErasureRepository) private readonly repository: ErasureRepository,
    @Inject(HandoverRepository) private readonly handover: HandoverRepository,
    @Inject(AssetRemoval) private readonly removal: AssetRemoval,
    @Inject(PersonTraces) private readonly traces: PersonTraces,
    @Inject(Keyring) private readonly keyring: Keyring,
    @Inject(KeyErasure) private readonly keys: KeyErasure,
    @Inject(ErasureCertificates) private readonly certificates: ErasureCertificates,
    @Inject(FileDisposal) private readonly disposal: FileDisposal,
    @Inject(Outbox) private readonly outbox: Outbox,
    @Inject(AuditTrail) private readonly audit: AuditTrail,
  ) {}

  async handle({ erasureId }: { erasureId: string }, run: JobRun): Promise<void> {
    const steps: Record<Exclude<ErasureState, 'done'>, (erasure: ErasureRow) => Promise<void>> = {
      'handing-over': (erasure) => this.handOver(erasure),
      removing: (erasure) => this.remove(erasure),
      destroying: (erasure) => this.destroy(erasure),
    };
    for (;;) {
      const erasure = await this.database.run((sql) => this.repository.find(sql, erasureId));
      if (!erasure || erasure.state === 'done') break;
      await steps[erasure.state](erasure).catch(async (error: Error) => {
        await this.database.run((sql) => this.repository.fail(sql, erasureId, error.message));
        throw error;
      });
      run.signal.throwIfAborted();
    }
    await this.disposal.sweep(run.signal);
    await this.database.run((sql) => this.outbox.complete(sql, run.id));
  }

  /** Before anything goes: whoever brought the same bytes must not lose them with the person's key. */
  private async handOver({ id, subjectId }: ErasureRow): Promise<void> {
    const key = await this.keyring.findKey({ kind: 'person', id: subjectId });
    await this.database.run(async (sql) => {
      const handedOver = await this.handover.giveAssets(sql, subjectId);
      await this.repository.count(sql, id, { handedOver });
    });
    while (key && !key.isDestroyed) {
      const shared = await this.database.run((sql) => this.handover.shared(sql, key.keyId, subjectId, keysPerBatch));
      for (const object of shared) {
        const owner = object.heir === null ? { kind: 'organisation' as const } : { kind: 'person' as const, id: object.heir };
        const rewrapped = await this.keyring.rewrapDataKey(object.key, object.id, owner);
        await this.database.run((sql) => this.handover.replaceKey(sql, object, rewrapped));
      }
      // Only when a look finds nothing: work that was under way for an original has waited for it, and left a text since.
      if (shared.length === 0) break;
    }
    failpoint('erasure.handed-over');
    await this.database.run((sql) =>
      this.repository.advance(sql, id, { state: 'removing', ...(key ? { keyId: key.keyId } : {}) }),
    );
  }

  private async remove(erasure: ErasureRow): Promise<void> {
    const subject = subjectOf(erasure);
    if (subject.kind !== 'person') {
      // Their keys are destroyed one by one; the rows go in the same act (ErasedAssets).
      return this.database.run(async (sql) => {
        const { assets, bytes } = await this.repository.reach(sql, subject);
        const objectIds = await this.repository.objectIds(sql, subject);
        await this.repository.count(sql, erasure.id, { assets, bytes, objects: objectIds.length });
        const textIds = await this.repository.textIds(sql, subject);
        await this.repository.advance(sql, erasure.id, { state: 'destroying', objectIds: [...objectIds, ...textIds] });
      });
    }
    for (;;) {
      const ids = await this.database.run((sql) => this.repository.next(sql, subject, assetsPerBatch));
      await this.database.run(async (sql) => {
        const removed = await this.removal.remove(sql, ids, 'erased');
        await this.repository.count(sql, erasure.id, removed);
      });
      failpoint('erasure.removed-batch');
      if (ids.length < assetsPerBatch) break;
    }
    await this.database.run(async (sql) => {
      await this.traces.erase(sql, subject.id);
      await this.repository.endUploads(sql, subject.id);
      await this.repository.advance(sql, erasure.id, { state: 'destroying' });
    });
  }

  private async destroy(erasure: ErasureRow): Promise<void> {
    const { id, keyId, objectIds } = erasure;
    const written = keyId === null ? await this.keys.destroyObjects(objectIds) : [await this.keys.destroyKey(keyId)];
    failpoint('erasure.destroyed');
    const certificate = await this.certify(keyId, written);
    await this.database.run(async (sql) => {
      const tombstones = written.map(({ sequence }) => sequence);
      if (erasure.subjectKind === 'collection') await this.repository.removeCollection(sql, erasure.subjectId);
      await this.repository.advance(sql, id, {
        state: 'done',
        tombstones,
        ...(certificate && { certificate: { ...certificate } }),
      });
      const done = await this.repository.find(sql, id);
      await this.audit.record(sql, {
        action: 'erasure.done',
        target: { kind: erasure.subjectKind, id: erasure.subjectId },
        detail: {
          erasureId: id,
          assets: done?.assets,
          objects: done?.objects,
          bytes: done?.bytes,
          handedOver: done?.handedOver,
          tombstones,
        },
      });
    });
  }

  /** Undefined where nothing had to be destroyed: somebody who never brought anything has no key, and an empty collection no objects. */
  private async certify(
    keyId: string | null,
    written: readonly { sequence: number }[],
  ): Promise<ErasureCertificate | undefined> {
    if (keyId !== null) return this.certificates.ofKey(keyId);
    return written.length > 0 ? this.certificates.ofObjects(written.map(({ sequence }) => sequence)) : undefined;
  }
}

function subjectOf({ subjectKind: kind, subjectId: id }: ErasureRow): ErasureSubject {
  return { kind, id };
}
