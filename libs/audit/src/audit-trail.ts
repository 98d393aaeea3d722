import { Inject, Injectable } from '@nestjs/common';
import { type Sql, SystemDatabase, TenantDatabase } from '#database';
import { type AnswerOf, currentContext, HoldfastError, type InputOf } from '#kernel';
import type { listAuditEvents } from './http/audit.contract.ts';

/** One thing that was done: `noun.verb` in the past tense, and to what. */
export interface AuditEntry {
  action: string;
  target: { kind: string; id: string };
  /** What changed; never secrets, never whole documents. */
  detail?: Record<string, unknown>;
}

/** An entry made before an organisation or an account is known: failed sign-ins, setup. */
export interface SystemAuditEntry extends AuditEntry {
  organisationId: string | null;
  actor: { kind: 'account' | 'system' | 'command'; id: string; label: string };
  requestId: string;
}

const insert = `INSERT INTO audit_event (organisation_id, actor_kind, actor_id, actor_label, action, target_kind, target_id, request_id, detail)
  VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)`;

/** The record of who did what, written in the transaction of the change: if it cannot be written, the change does not happen. */
@Injectable()
export class AuditTrail {
  constructor(
    @Inject(TenantDatabase) private readonly tenant: TenantDatabase,
    @Inject(SystemDatabase) private readonly system: SystemDatabase,
  ) {}

  /** Records what the current actor did, in the given transaction. */
  async record(sql: Sql, entry: AuditEntry): Promise<void> {
    const { organisationId, actor, requestId } = currentContext();
    await sql.run(insert, [
      organisationId,
      actor.kind,
      actor.id,
      actor.label,
      entry.action,
      entry.target.kind,
      entry.target.id,
      requestId,
      JSON.stringify(entry.detail ?? {}),
    ]);
  }

  /** Records something that happened before a context existed, in a transaction of `SystemDatabase`. */
  async recordSystem(sql: Sql, entry: SystemAuditEntry): Promise<void> {
    const { actor } = entry;
    await sql.run(insert, [
      entry.organisationId,
      actor.kind,
      actor.id,
      actor.label,
      entry.action,
      entry.target.kind,
      entry.target.id,
      entry.requestId,
      JSON.stringify(entry.detail ?? {}),
    ]);
  }

  /**
   * The same for what several processes bring and a unique index keeps to one row; answers whether this was the one. An entry that happened earlier
   * says so in its detail.
   */
  async recordOnce(sql: Sql, entry: SystemAuditEntry): Promise<boolean> {
    const { actor, target } = entry;
    const words = [actor.kind, actor.id, actor.label, entry.action, target.kind, target.id, entry.requestId];
    const rows = await sql.rows<{ id: string }>(`${insert} ON CONFLICT DO NOTHING RETURNING id::text`, [
      entry.organisationId,
      ...words,
      JSON.stringify(entry.detail ?? {}),
    ]);
    return rows.length > 0;
  }

  /** Same as `recordSystem`, in a transaction of its own: for refusals, where no change shares one. */
  async recordRefusal(entry: SystemAuditEntry): Promise<void> {
    await this.system.run((sql) => this.recordSystem(sql, entry));
  }

  /** The organisation's log, newest first. */
  async list(query: InputOf<typeof listAuditEvents>['query']): Promise<AnswerOf<typeof listAuditEvents>> {
    if (query.cursor !== undefined && !/^\d{1,18}$/.test(query.cursor))
      throw new HoldfastError('CURSOR_INVALID', {
        kind: 'invalid',
        message: `${query.cursor} is no cursor of this list.`,
        action: 'Start again without a cursor.',
      });
    const rows = await this.tenant.run((sql) =>
      sql.rows<{
        id: string;
        at: Date;
        kind: string;
        actorId: string;
        label: string;
        action: string;
        targetKind: string;
        targetId: string;
        requestId: string;
        detail: Record<string, unknown>;
      }>(
        `SELECT id::text, at, actor_kind AS kind, actor_id AS "actorId", actor_label AS label, action, target_kind AS "targetKind", target_id AS "targetId",
           request_id AS "requestId", detail
         FROM audit_event WHERE ($1::bigint IS NULL OR id < $1) AND ($2::text IS NULL OR action = $2) ORDER BY audit_event.id DESC LIMIT $3`,
        [query.cursor ?? null, query.action ?? null, query.limit + 1],
      ),
    );
    const items = rows.slice(0, query.limit).map((row) => ({
      id: row.id,
      at: row.at.toISOString(),
      actor: { kind: row.kind, id: row.actorId, label: row.label },
      action: row.action,
      target: { kind: row.targetKind, id: row.targetId },
      requestId: row.requestId,
      detail: row.detail,
    }));
    return { items, nextCursor: rows.length > query.limit ? (items.at(-1)?.id ?? null) : null };
  }
}
