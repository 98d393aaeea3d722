import { Injectable } from '@nestjs/common';
import type { Sql } from '#database';
import { newId, type Role } from '#kernel';

export interface LiveSession {
  id: string;
  accountId: string;
  email: string;
  displayName: string;
  organisationId: string;
  organisationName: string;
  role: Role;
  lastSeenAt: Date;
  expiresAt: Date;
}

/** Sessions by the hash of their token; statements run in transactions of SystemDatabase. */
@Injectable()
export class SessionRepository {
  async create(
    sql: Sql,
    session: {
      tokenHash: Buffer;
      accountId: string;
      organisationId: string;
      now: Date;
      expiresAt: Date;
      userAgent: string;
      address: string;
    },
  ): Promise<string> {
    const id = newId();
    await sql.run(
      `INSERT INTO session (id, token_hash, account_id, organisation_id, created_at, last_seen_at, expires_at, user_agent, address)
       VALUES ($1, $2, $3, $4, $5, $5, $6, $7, $8)`,
      [
        id,
        session.tokenHash,
        session.accountId,
        session.organisationId,
        session.now,
        session.expiresAt,
        session.userAgent,
        session.address,
      ],
    );
    return id;
  }

  /** The session behind a token, with the account's role as it is now. Ended, expired, idle and disabled ones are not found. */
  find(sql: Sql, tokenHash: Buffer, now: Date, idleSince: Date): Promise<LiveSession | undefined> {
    return sql.first<LiveSession>(
      `SELECT s.id, s.account_id AS "accountId", a.email, a.display_name AS "displayName", s.organisation_id AS "organisationId", o.name AS "organisationName",
         m.role, s.last_seen_at AS "lastSeenAt", s.expires_at AS "expiresAt"
       FROM session s JOIN account a ON a.id = s.account_id AND a.disabled_at IS NULL
         JOIN membership m ON m.account_id = s.account_id AND m.organisation_id = s.organisation_id
         JOIN organisation o ON o.id = s.organisation_id
       WHERE s.token_hash = $1 AND s.ended_at IS NULL AND s.expires_at > $2 AND s.last_seen_at > $3`,
      [tokenHash, now, idleSince],
    );
  }

  async touch(sql: Sql, id: string, now: Date): Promise<void> {
    await sql.run('UPDATE session SET last_seen_at = $2 WHERE id = $1', [id, now]);
  }

  async end(sql: Sql, id: string, now: Date): Promise<void> {
    await sql.run('UPDATE session SET ended_at = $2 WHERE id = $1 AND ended_at IS NULL', [id, now]);
  }

  /** Ends every session of an account but one. */
  async endOthers(sql: Sql, accountId: string, exceptId: string | null, now: Date): Promise<void> {
    await sql.run(
      'UPDATE session SET ended_at = $3 WHERE account_id = $1 AND ended_at IS NULL AND id IS DISTINCT FROM $2::uuid',
      [accountId, exceptId, now],
    );
  }
}
