import { Inject, Injectable } from '@nestjs/common';
import { TenantDatabase } from '#database';
import { currentContext } from '#kernel';

/** What of the audit is old. */
export interface OldAudit {
  entries: number;
  firstAt: Date | null;
  /** Nothing of the audit may go while a legal hold stands. */
  isHeld: boolean;
}

/** Removes the oldest rows of the audit, which nothing else can: by a function of the database that leaves a row saying what went, and its SHA-256. */
@Injectable()
export class AuditTrimming {
  constructor(@Inject(TenantDatabase) private readonly database: TenantDatabase) {}

  /** What is older than an instant. */
  async due(olderThan: Date): Promise<OldAudit> {
    const row = await this.database.run((sql) =>
      sql.first<OldAudit & Record<string, unknown>>(
        `SELECT count(*)::integer AS entries, min(at) AS "firstAt", EXISTS (SELECT FROM legal_hold WHERE released_at IS NULL) AS "isHeld"
         FROM audit_event WHERE at < $1`,
        [olderThan],
      ),
    );
    return row ?? { entries: 0, firstAt: null, isHeld: false };
  }

  /** Removes at most so many of the oldest rows that are older; answers how many, or undefined where a hold stands. The database refuses what is younger than a year. */
  async trim(olderThan: Date, most: number, runId: string): Promise<number | undefined> {
    const { actor, requestId } = currentContext();
    const row = await this.database.run((sql) =>
      sql.first<{ entries: number | null }>('SELECT trim_audit($1, $2, $3, $4, $5, $6, $7) AS entries', [
        olderThan,
        most,
        runId,
        actor.kind,
        actor.id,
        actor.label,
        requestId,
      ]),
    );
    return row?.entries ?? undefined;
  }
}
