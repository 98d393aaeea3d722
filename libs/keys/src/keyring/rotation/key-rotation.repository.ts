import type { Sql } from '#database';
import { newId } from '#kernel';

/** The re-wrapping of everything under a new version: of a provider key (`providerKey`), or of an organisation's (`keyId`). */
export interface KeyRotation {
  id: string;
  organisationId: string | null;
  keyId: string | null;
  providerKey: string | null;
  fromVersion: number;
  /** Null until the provider has made it. */
  toVersion: number | null;
  state: 'running' | 'done';
  rewrapped: number;
  /** What could not be opened any more, and so keeps the old version in use. */
  failed: number;
  startedAt: Date;
  finishedAt: Date | null;
}

const columns = `id, organisation_id AS "organisationId", key_id AS "keyId", provider_key AS "providerKey", from_version AS "fromVersion",
  to_version AS "toVersion", state, rewrapped::float8 AS rewrapped, failed::float8 AS failed, started_at AS "startedAt", finished_at AS "finishedAt"`;

/** The progress of rotations, as an organisation or the system sees them. */
export const keyRotations = {
  /** Begins a rotation of a provider key, or answers the one that runs. */
  async beginProvider(sql: Sql, providerKey: string, fromVersion: number): Promise<KeyRotation> {
    await sql.run('INSERT INTO key_rotation (id, provider_key, from_version) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING', [
      newId(),
      providerKey,
      fromVersion,
    ]);
    const running = await sql.first<KeyRotation>(
      `SELECT ${columns} FROM key_rotation WHERE provider_key = $1 ORDER BY started_at DESC LIMIT 1`,
      [providerKey],
    );
    return running as KeyRotation;
  },

  async beginKey(
    sql: Sql,
    key: { organisationId: string; keyId: string; fromVersion: number; toVersion: number },
  ): Promise<KeyRotation> {
    const begun = await sql.first<KeyRotation>(
      `INSERT INTO key_rotation (id, organisation_id, key_id, from_version, to_version) VALUES ($1, $2, $3, $4, $5) RETURNING ${columns}`,
      [newId(), key.organisationId, key.keyId, key.fromVersion, key.toVersion],
    );
    return begun as KeyRotation;
  },

  async findRunning(sql: Sql, keyId: string): Promise<KeyRotation | undefined> {
    return sql.first(`SELECT ${columns} FROM key_rotation WHERE key_id = $1 AND state = 'running'`, [keyId]);
  },

  /** All that was interrupted or is running elsewhere. */
  async listRunning(sql: Sql): Promise<KeyRotation[]> {
    return sql.rows(`SELECT ${columns} FROM key_rotation WHERE state = 'running' ORDER BY started_at`);
  },

  async find(sql: Sql, id: string): Promise<KeyRotation | undefined> {
    return sql.first(`SELECT ${columns} FROM key_rotation WHERE id = $1`, [id]);
  },

  /** The newest rotations of an organisation's keys and of the provider's, for people: in a transaction of `SystemDatabase`. */
  async listRecent(sql: Sql, organisationId: string, limit: number): Promise<KeyRotation[]> {
    return sql.rows(
      `SELECT ${columns} FROM key_rotation WHERE organisation_id IS NULL OR organisation_id = $1
       ORDER BY state = 'running' DESC, started_at DESC, id DESC LIMIT $2`,
      [organisationId, limit],
    );
  },

  async setTarget(sql: Sql, id: string, toVersion: number): Promise<void> {
    await sql.run('UPDATE key_rotation SET to_version = $2, updated_at = now() WHERE id = $1 AND to_version IS NULL', [
      id,
      toVersion,
    ]);
  },

  async progress(sql: Sql, id: string, rewrapped: number): Promise<void> {
    await sql.run('UPDATE key_rotation SET rewrapped = rewrapped + $2, updated_at = now() WHERE id = $1', [id, rewrapped]);
  },

  /** Ends a rotation; `failed` is what the last pass could not open. */
  async finish(sql: Sql, id: string, failed: number): Promise<KeyRotation> {
    const finished = await sql.first<KeyRotation>(
      `UPDATE key_rotation SET state = 'done', failed = $2, finished_at = coalesce(finished_at, now()), updated_at = now() WHERE id = $1 RETURNING ${columns}`,
      [id, failed],
    );
    return finished as KeyRotation;
  },
};
