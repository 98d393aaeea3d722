import { Inject, Injectable } from '@nestjs/common';
import { type Sql, SystemDatabase, TenantDatabase } from '#database';
import { currentContext } from '#kernel';

/** What of the audit is old. */
export interface OldAudit {
  entries: number;
  firstAt: Date | null;
  /** Nothing of the audit may go while a legal hold stands. */
  isHeld: boolean;
}

const old = `SELECT count(*)::integer AS entries, min(at) AS "firstAt", EXISTS (SELECT FROM legal_hold WHERE released_at IS NULL) AS "isHeld"
  FROM audit_event WHERE at < $1`;

/** Removes the oldest rows of the audit, which nothing else can: by a function of the database that leaves a row saying what went, and its SHA-256. */
@Injectable()
export class AuditTrimming {
  constructor(
    @Inject(TenantDatabase) private readonly tenant: TenantDatabase,
    @Inject(SystemDatabase) private readonly system: SystemDatabase,
  ) {}

  /** What of the organisation's audit is older than an instant. */
  due(olderThan: Date): Promise<OldAudit> {
    return this.tenant.run((sql) => count(sql, old, olderThan));
  }

  /** What is older of what happened before an organisation was known; a hold of any organisation keeps it. */
  dueOfAppliance(olderThan: Date): Promise<OldAudit> {
    return this.system.run((sql) => count(sql, `${old} AND organisation_id IS NULL`, olderThan));
  }

  /** Removes at most so many of the oldest rows that are older; answers how many, or undefined where a hold stands. The database refuses what is younger than a year. */
  trim(olderThan: Date, most: number, runId: string): Promise<number | undefined> {
    return this.tenant.run((sql) => trim(sql, 'trim_audit', olderThan, most, runId));
  }

  /** The same for what happened before an organisation was known. */
  trimAppliance(olderThan: Date, most: number, runId: string): Promise<number | undefined> {
    return this.system.run((sql) => trim(sql, 'trim_appliance_audit', olderThan, most, runId));
  }
}

async function count(sql: Sql, statement: string, olderThan: Date): Promise<OldAudit> {
  const row = await sql.first<OldAudit & Record<string, unknown>>(statement, [olderThan]);
  return row ?? { entries: 0, firstAt: null, isHeld: false };
}

async function trim(sql: Sql, name: string, olderThan: Date, most: number, runId: string): Promise<number | undefined> {
  const { actor, requestId } = currentContext();
  const row = await sql.first<{ entries: number | null }>(`SELECT ${name}($1, $2, $3, $4, $5, $6, $7) AS entries`, [
    olderThan,
    most,
    runId,
    actor.kind,
    actor.id,
    actor.label,
    requestId,
  ]);
  return row?.entries ?? undefined;
}
