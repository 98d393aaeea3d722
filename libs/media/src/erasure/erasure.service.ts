import { Inject, Injectable } from '@nestjs/common';
import { requireAccess } from '#access';
import { AuditTrail } from '#audit';
import { TenantDatabase } from '#database';
import { HoldfastError, newId } from '#kernel';
import { Outbox, priorities } from '#queue';
import { erasureRun } from './erasure.jobs.ts';
import { type ErasureReach, ErasureRepository, type ErasureRow, type ErasureSubject } from './erasure.repository.ts';

/** Takes requests to erase a person, a collection or an asset, and tells how far they are. A worker carries them out. */
@Injectable()
export class ErasureService {
  constructor(
    @Inject(TenantDatabase) private readonly database: TenantDatabase,
    @Inject(ErasureRepository) private readonly repository: ErasureRepository,
    @Inject(Outbox) private readonly outbox: Outbox,
    @Inject(AuditTrail) private readonly audit: AuditTrail,
  ) {}

  /** What erasing would take, and what would stay. Throws ERASURE_SUBJECT_UNKNOWN. */
  async preview(subject: ErasureSubject): Promise<ErasureReach> {
    requireAccess('erasure.read');
    return this.database.run(async (sql) => {
      if (!(await this.repository.exists(sql, subject))) throw unknownSubject(subject);
      return this.repository.reach(sql, subject);
    });
  }

  /**
   * Begins an erasure; it cannot be stopped or undone. `assets` is the number that the preview told. Throws ERASURE_CHANGED where it is another now, ERASURE_HELD
   * and ERASURE_RUNNING.
   */
  async request(subject: ErasureSubject, assets: number, reason: string): Promise<ErasureRow> {
    requireAccess('erasure.update');
    const id = newId();
    return this.database.run(async (sql) => {
      if (!(await this.repository.exists(sql, subject))) throw unknownSubject(subject);
      const reach = await this.repository.reach(sql, subject);
      if (reach.held > 0) throw held(reach.held);
      if (reach.assets !== assets) throw changed(assets, reach.assets);
      if (!(await this.repository.add(sql, id, subject, reason))) throw running();
      await this.outbox.add(sql, erasureRun, { payload: { erasureId: id }, priority: priorities.interactive });
      await this.audit.record(sql, {
        action: 'erasure.requested',
        target: { kind: subject.kind, id: subject.id },
        detail: { erasureId: id, assets: reach.assets, bytes: reach.bytes, shared: reach.shared, reason },
      });
      return (await this.repository.find(sql, id)) as ErasureRow;
    });
  }

  /** The one person (by e-mail address), collection (by name) or asset (by id) that is meant. Throws ERASURE_NAME_UNKNOWN and ERASURE_NAME_AMBIGUOUS. */
  async idOf(kind: ErasureSubject['kind'], named: string): Promise<string> {
    requireAccess('erasure.read');
    const [id, other] = await this.database.run((sql) => this.repository.named(sql, kind, named));
    if (id && !other) return id;
    throw new HoldfastError(id ? 'ERASURE_NAME_AMBIGUOUS' : 'ERASURE_NAME_UNKNOWN', {
      kind: 'invalid',
      message: id ? `There are several: ${kind} “${named}”.` : `There is no ${kind} “${named}”.`,
      action: id ? 'Rename one of them.' : 'Write it as the portal shows it.',
    });
  }

  async list(): Promise<ErasureRow[]> {
    requireAccess('erasure.read');
    return this.database.run((sql) => this.repository.list(sql));
  }

  /** Throws ERASURE_NOT_FOUND. */
  async get(id: string): Promise<ErasureRow> {
    requireAccess('erasure.read');
    const found = await this.database.run((sql) => this.repository.find(sql, id));
    if (found) return found;
    throw new HoldfastError('ERASURE_NOT_FOUND', { kind: 'not-found', message: `There is no erasure ${id}.` });
  }
}

function unknownSubject({ kind, id }: ErasureSubject): HoldfastError {
  return new HoldfastError('ERASURE_SUBJECT_UNKNOWN', {
    kind: 'not-found',
    message: `The organisation has no ${kind} ${id}.`,
    values: { kind, id },
  });
}

function held(count: number): HoldfastError {
  return new HoldfastError('ERASURE_HELD', {
    kind: 'locked',
    message: `${count === 1 ? 'One asset is' : `${count} assets are`} under a legal hold; as long as that stands nothing is erased.`,
    action: 'Have the hold released first.',
    values: { count },
  });
}

function changed(expected: number, found: number): HoldfastError {
  return new HoldfastError('ERASURE_CHANGED', {
    kind: 'conflict',
    message: `${found} assets would be erased now, not ${expected}.`,
    action: 'Look at the preview again.',
    values: { expected, found },
  });
}

function running(): HoldfastError {
  return new HoldfastError('ERASURE_RUNNING', {
    kind: 'conflict',
    message: 'This is being erased already.',
    action: 'Look at the list of erasures.',
  });
}
