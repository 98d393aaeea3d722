import type { Sql } from '#database';

/** Something that happened to the key provider; `happenedAt` where it was written down later than it happened. */
export interface KeyEvent {
  id: string;
  at: Date;
  happenedAt: string | null;
  action: string;
  by: string;
  reason: string | null;
}

/** What the audit says of the key provider, whatever the organisation. */
export const keyHistory = {
  async list(sql: Sql, limit: number): Promise<KeyEvent[]> {
    return sql.rows<KeyEvent & Record<string, unknown>>(
      `SELECT id::text, at, detail->>'at' AS "happenedAt", action, actor_label AS by, detail->>'reason' AS reason FROM audit_event
       WHERE target_kind IN ('keystore', 'key-provider', 'provider-key') AND organisation_id IS NULL ORDER BY audit_event.id DESC LIMIT $1`,
      [limit],
    );
  },
};
