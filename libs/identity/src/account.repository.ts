import { Injectable } from '@nestjs/common';
import type { Sql } from '#database';
import { newId, type Role } from '#kernel';

export interface Credential {
  accountId: string;
  email: string;
  displayName: string;
  passwordHash: string;
  organisationId: string;
  organisationName: string;
  role: Role;
}

export interface Member {
  id: string;
  email: string;
  displayName: string;
  role: Role;
  disabled: boolean;
}

const memberColumns = `a.id, a.email, a.display_name AS "displayName", m.role, a.disabled_at IS NOT NULL AS disabled`;

/** Accounts and memberships; statements run in transactions of SystemDatabase. */
@Injectable()
export class AccountRepository {
  /** The account's way in: its hash and the organisation it joined first. Disabled accounts have none. */
  credential(sql: Sql, email: string): Promise<Credential | undefined> {
    return sql.first<Credential>(
      `SELECT a.id AS "accountId", a.email, a.display_name AS "displayName", a.password_hash AS "passwordHash",
         o.id AS "organisationId", o.name AS "organisationName", m.role
       FROM account a JOIN membership m ON m.account_id = a.id JOIN organisation o ON o.id = m.organisation_id
       WHERE a.email = $1 AND a.disabled_at IS NULL ORDER BY m.created_at LIMIT 1`,
      [email],
    );
  }

  async passwordHash(sql: Sql, accountId: string): Promise<string | undefined> {
    return (await sql.first<{ hash: string }>('SELECT password_hash AS hash FROM account WHERE id = $1', [accountId]))?.hash;
  }

  async setPassword(sql: Sql, accountId: string, passwordHash: string): Promise<void> {
    await sql.run('UPDATE account SET password_hash = $2 WHERE id = $1', [accountId, passwordHash]);
  }

  async createOrganisation(sql: Sql, name: string): Promise<string> {
    const id = newId();
    await sql.run('INSERT INTO organisation (id, name) VALUES ($1, $2)', [id, name]);
    return id;
  }

  async renameOrganisation(sql: Sql, id: string, name: string): Promise<void> {
    await sql.run('UPDATE organisation SET name = $2 WHERE id = $1', [id, name]);
  }

  /** Adds an account and its membership. Answers undefined where the e-mail address is taken. */
  async create(
    sql: Sql,
    person: { email: string; displayName: string; passwordHash: string; organisationId: string; role: Role },
  ): Promise<string | undefined> {
    const id = newId();
    const added = await sql.run(
      'INSERT INTO account (id, email, display_name, password_hash) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING',
      [id, person.email, person.displayName, person.passwordHash],
    );
    if (added === 0) return undefined;
    await sql.run('INSERT INTO membership (organisation_id, account_id, role) VALUES ($1, $2, $3)', [
      person.organisationId,
      id,
      person.role,
    ]);
    return id;
  }

  members(sql: Sql, organisationId: string): Promise<Member[]> {
    return sql.rows<Member>(
      `SELECT ${memberColumns} FROM membership m JOIN account a ON a.id = m.account_id WHERE m.organisation_id = $1 ORDER BY a.display_name, a.id`,
      [organisationId],
    );
  }

  /** A member, locked together with all administrators so that the last one cannot be lost to a race. */
  async memberForUpdate(
    sql: Sql,
    organisationId: string,
    accountId: string,
  ): Promise<{ member: Member | undefined; administrators: number }> {
    await sql.rows(`SELECT 1 FROM membership WHERE organisation_id = $1 ORDER BY account_id FOR UPDATE`, [organisationId]);
    const members = await this.members(sql, organisationId);
    return {
      member: members.find((member) => member.id === accountId),
      administrators: members.filter((member) => member.role === 'admin' && !member.disabled).length,
    };
  }

  async update(
    sql: Sql,
    organisationId: string,
    accountId: string,
    change: { role?: Role | undefined; disabled?: boolean | undefined },
  ): Promise<void> {
    if (change.role)
      await sql.run('UPDATE membership SET role = $3 WHERE organisation_id = $1 AND account_id = $2', [
        organisationId,
        accountId,
        change.role,
      ]);
    if (change.disabled !== undefined)
      await sql.run('UPDATE account SET disabled_at = CASE WHEN $2 THEN now() END WHERE id = $1', [accountId, change.disabled]);
  }

  async hasAdministrator(sql: Sql): Promise<boolean> {
    return (await sql.first('SELECT 1 FROM membership LIMIT 1')) !== undefined;
  }

  organisations(sql: Sql): Promise<{ id: string; name: string }[]> {
    return sql.rows('SELECT id, name FROM organisation ORDER BY created_at');
  }
}
