import { Inject, Injectable } from '@nestjs/common';
import { type Sql, SystemDatabase } from '#database';
import { currentContext } from '#kernel';
import { defaultPolicies, type Policies, type SettableClass, settableClasses } from './domain/retention-class.ts';

export interface PolicyRow {
  class: SettableClass;
  keepDays: number | null;
  changedBy: string;
  changedAt: Date;
}

/** What administrators decided about how long things are kept. */
@Injectable()
export class PolicyRepository {
  constructor(@Inject(SystemDatabase) private readonly system: SystemDatabase) {}

  list(sql: Sql): Promise<PolicyRow[]> {
    return sql.rows<PolicyRow & Record<string, unknown>>(
      `SELECT class, keep_days AS "keepDays", changed_by AS "changedBy", changed_at AS "changedAt" FROM retention_policy WHERE class = ANY($1)`,
      [settableClasses],
    );
  }

  /** The policies as they are, defaults included. */
  async current(sql: Sql): Promise<Policies> {
    const decided = (await this.list(sql)).map(({ class: name, keepDays }) => [name, keepDays] as const);
    return { ...defaultPolicies, ...Object.fromEntries(decided) };
  }

  /** The policies of every other organisation, for what all of them share. */
  async ofOthers(): Promise<Policies[]> {
    const rows = await this.system.run((sql) =>
      sql.rows<{ decided: Record<string, number | null> }>(
        `SELECT coalesce(jsonb_object_agg(p.class, p.keep_days) FILTER (WHERE p.class IS NOT NULL), '{}') AS decided
         FROM organisation o LEFT JOIN retention_policy p ON p.organisation_id = o.id WHERE o.id <> $1 GROUP BY o.id`,
        [currentContext().organisationId],
      ),
    );
    return rows.map(({ decided }) => ({ ...defaultPolicies, ...decided }));
  }

  async save(sql: Sql, name: SettableClass, keepDays: number | null, at: Date): Promise<void> {
    const { organisationId, actor } = currentContext();
    await sql.run(
      `INSERT INTO retention_policy (organisation_id, class, keep_days, changed_by, changed_at) VALUES ($1, $2, $3, $4, $5)
       ON CONFLICT (organisation_id, class) DO UPDATE SET keep_days = excluded.keep_days, changed_by = excluded.changed_by, changed_at = excluded.changed_at`,
      [organisationId, name, keepDays, actor.label, at],
    );
  }
}
