import { Inject, Injectable } from '@nestjs/common';
import { type Sql, SystemDatabase } from '#database';
import type { MoveState } from './domain/move-state.ts';
import { isEnded } from './domain/move-state.ts';
import type { MoveRule } from './domain/policy.ts';
import type { TierLoad } from './domain/tier-load.ts';

/** What stat(2) said of a file; numbers beyond 2^53 are text. */
export interface FileIdentity {
  inode: string;
  mtimeNs: string;
  ctimeNs: string;
}

/** A move as its row says. */
export interface Move {
  id: string;
  runId: string | null;
  organisationId: string;
  objectId: string;
  generation: number;
  from: string;
  to: string;
  rule: MoveRule;
  reason: string;
  fileName: string;
  bytes: number;
  /** Lower-case hexadecimal. */
  sha256: string;
  source: FileIdentity;
  targetInode: string | null;
  readBack: 'direct' | 'cached' | null;
  state: MoveState;
  attempt: number;
  plannedAt: Date;
  deleteAfter: Date | null;
}

/** What changes with a state. */
export interface MoveProgress {
  targetInode?: string;
  readBack?: 'direct' | 'cached';
  attempt?: number;
  source?: FileIdentity;
  error?: { code: string; message: string };
}

interface MoveRow extends Omit<Move, 'source'>, FileIdentity {
  [column: string]: unknown;
}

const columns = `m.id, m.run_id AS "runId", m.organisation_id AS "organisationId", m.object_id AS "objectId", m.generation, m.from_tier AS "from",
  m.to_tier AS "to", m.rule, m.reason, m.file_name AS "fileName", m.file_bytes::float8 AS bytes, encode(m.file_sha256, 'hex') AS sha256,
  m.source_inode AS inode, m.source_mtime_ns AS "mtimeNs", m.source_ctime_ns AS "ctimeNs", m.target_inode AS "targetInode",
  m.read_back AS "readBack", m.state, m.attempt, m.planned_at AS "plannedAt", m.delete_after AS "deleteAfter"`;

/** The journal of moves: every state is committed before the next thing is done to a file. */
@Injectable()
export class MoveJournal {
  constructor(@Inject(SystemDatabase) private readonly database: SystemDatabase) {}

  /**
   * Writes moves down, before any byte of them. Those whose object is in a move already, or has changed since it was planned, are left
   * out; answers the rest.
   */
  async begin(sql: Sql, moves: readonly Move[], fileSystems: ReadonlyMap<string, string | null>): Promise<Move[]> {
    if (moves.length === 0) return [];
    const column = <Value>(read: (move: Move) => Value) => moves.map(read);
    const rows = await sql.rows<{ id: string }>(
      `INSERT INTO tier_move (id, run_id, organisation_id, object_id, generation, from_tier, to_tier, rule, reason, file_name, file_bytes, file_sha256,
         source_inode, source_mtime_ns, source_ctime_ns, source_file_system, target_file_system, state, planned_at, updated_at)
       SELECT m.id, m.run_id, m.organisation_id, m.object_id, m.generation, m.from_tier, m.to_tier, m.rule, m.reason, m.file_name, m.bytes,
         decode(m.sha256, 'hex'), m.inode, m.mtime_ns, m.ctime_ns, m.source_fs, m.target_fs, 'planned', m.planned_at, m.planned_at
       FROM unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::uuid[], $5::int[], $6::text[], $7::text[], $8::text[], $9::text[], $10::text[], $11::bigint[],
         $12::text[], $13::text[], $14::text[], $15::text[], $16::text[], $17::text[], $18::timestamptz[])
         AS m (id, run_id, organisation_id, object_id, generation, from_tier, to_tier, rule, reason, file_name, bytes,
           sha256, inode, mtime_ns, ctime_ns, source_fs, target_fs, planned_at)
       JOIN stored_object o ON o.organisation_id = m.organisation_id AND o.id = m.object_id AND o.generation = m.generation AND o.tier = m.from_tier
       ON CONFLICT (object_id) WHERE ended_at IS NULL DO NOTHING RETURNING id`,
      [
        column((move) => move.id),
        column((move) => move.runId),
        column((move) => move.organisationId),
        column((move) => move.objectId),
        column((move) => move.generation),
        column((move) => move.from),
        column((move) => move.to),
        column((move) => move.rule),
        column((move) => move.reason),
        column((move) => move.fileName),
        column((move) => move.bytes),
        column((move) => move.sha256),
        column((move) => move.source.inode),
        column((move) => move.source.mtimeNs),
        column((move) => move.source.ctimeNs),
        column((move) => fileSystems.get(move.from) ?? null),
        column((move) => fileSystems.get(move.to) ?? null),
        column((move) => move.plannedAt),
      ],
    );
    const begun = new Set(rows.map(({ id }) => id));
    return moves.filter(({ id }) => begun.has(id));
  }

  /**
   * Takes moves from one state to the next and answers those that were in it: what another process has taken further, or given up, is no
   * longer ours.
   */
  async advance(
    moves: readonly Move[],
    to: MoveState,
    now: Date,
    progress: (move: Move) => MoveProgress = () => ({}),
  ): Promise<Move[]> {
    if (moves.length === 0) return [];
    return this.database.run(async (sql) => {
      await sql.run('SET LOCAL synchronous_commit = on');
      return this.advanceIn(sql, moves, to, now, progress);
    });
  }

  async advanceIn(
    sql: Sql,
    moves: readonly Move[],
    to: MoveState,
    now: Date,
    progress: (move: Move) => MoveProgress = () => ({}),
  ): Promise<Move[]> {
    const changes = moves.map((move) => ({ move, change: progress(move) }));
    const rows = await sql.rows<{ id: string }>(
      `UPDATE tier_move m SET state = $1, updated_at = $2, attempt = n.attempt, ended_at = CASE WHEN $3 THEN $2::timestamptz END,
         target_inode = coalesce(n.target_inode, m.target_inode), read_back = coalesce(n.read_back, m.read_back),
         source_inode = coalesce(n.inode, m.source_inode), source_mtime_ns = coalesce(n.mtime_ns, m.source_mtime_ns),
         source_ctime_ns = coalesce(n.ctime_ns, m.source_ctime_ns),
         error_code = coalesce(n.error_code, m.error_code), error_message = coalesce(n.error_message, m.error_message)
       FROM unnest($4::uuid[], $5::text[], $6::int[], $7::text[], $8::text[], $9::text[], $10::text[], $11::int[], $12::text[], $13::text[], $14::text[])
         AS n (id, was, was_attempt, target_inode, read_back, error_code, error_message, attempt, inode, mtime_ns, ctime_ns)
       WHERE m.id = n.id AND m.state = n.was AND m.attempt = n.was_attempt RETURNING m.id`,
      [
        to,
        now,
        isEnded(to),
        moves.map(({ id }) => id),
        moves.map(({ state }) => state),
        moves.map(({ attempt }) => attempt),
        changes.map(({ change }) => change.targetInode ?? null),
        changes.map(({ change }) => change.readBack ?? null),
        changes.map(({ change }) => change.error?.code ?? null),
        changes.map(({ change }) => change.error?.message.slice(0, 1000) ?? null),
        changes.map(({ move, change }) => change.attempt ?? move.attempt),
        changes.map(({ change }) => change.source?.inode ?? null),
        changes.map(({ change }) => change.source?.mtimeNs ?? null),
        changes.map(({ change }) => change.source?.ctimeNs ?? null),
      ],
    );
    const advanced = new Set(rows.map(({ id }) => id));
    return changes.flatMap(({ move, change }) => {
      const { targetInode, readBack, attempt, source } = change;
      if (!advanced.has(move.id)) return [];
      const known = {
        ...(targetInode ? { targetInode } : {}),
        ...(readBack ? { readBack } : {}),
        ...(attempt ? { attempt } : {}),
      };
      return [{ ...move, ...known, ...(source ? { source } : {}), state: to }];
    });
  }

  /**
   * The instant at which an object changes its place: its row and the journal in one transaction. Answers the moves whose row was still
   * as planned; for the others nothing has changed.
   */
  async commit(moves: readonly Move[], now: Date, deleteAfter: Date): Promise<Move[]> {
    if (moves.length === 0) return [];
    return this.database.run(async (sql) => {
      await sql.run('SET LOCAL synchronous_commit = on');
      const placed = await sql.rows<{ id: string }>(
        `UPDATE stored_object o SET tier = m.to_tier, generation = o.generation + 1, placed_at = $1, verified_at = $1
         FROM tier_move m WHERE m.id = ANY($2::uuid[]) AND m.state = 'published' AND o.organisation_id = m.organisation_id AND o.id = m.object_id
           AND o.generation = m.generation AND o.tier = m.from_tier AND o.damage IS NULL RETURNING m.id`,
        [now, moves.map(({ id }) => id)],
      );
      const ids = new Set(placed.map(({ id }) => id));
      const ours = moves.filter(({ id }) => ids.has(id));
      const committed = await this.advanceIn(sql, ours, 'committed', now);
      await sql.run('UPDATE tier_move SET committed_at = $1, delete_after = $2 WHERE id = ANY($3::uuid[])', [
        now,
        deleteAfter,
        [...ids],
      ]);
      return committed.map((move) => ({ ...move, deleteAfter }));
    });
  }

  /** Moves that are not ended, oldest first: what a process that died has left, and sources whose time has not come. */
  active(): Promise<Move[]> {
    return this.read(`WHERE m.ended_at IS NULL ORDER BY m.planned_at, m.id`, []);
  }

  /** Moves that were committed or ended in the last minutes before the journal ends: whose names a power cut may have brought back. */
  lately(): Promise<Move[]> {
    const newest = (column: string) => `(SELECT max(${column}) FROM tier_move) - interval '5 minutes'`;
    return this.read(`WHERE m.committed_at > ${newest('committed_at')} OR m.ended_at > ${newest('ended_at')}`, []);
  }

  /** Moves whose source nobody needs any more. */
  due(now: Date, limit: number): Promise<Move[]> {
    return this.read(
      `WHERE m.ended_at IS NULL AND (m.state = 'source-deleted' OR (m.state = 'committed' AND m.delete_after <= $1)) ORDER BY m.delete_after LIMIT $2`,
      [now, limit],
    );
  }

  /** Where an object's row says that it lies; undefined where it has none. */
  async placeOf(move: Move): Promise<{ tier: string; generation: number } | undefined> {
    return this.database.run((sql) =>
      sql.first('SELECT tier, generation FROM stored_object WHERE organisation_id = $1 AND id = $2', [
        move.organisationId,
        move.objectId,
      ]),
    );
  }

  /** What moves write to tiers: still to come, and since an instant. */
  async loads(since: Date): Promise<Map<string, TierLoad>> {
    const rows = await this.database.run((sql) =>
      sql.rows<TierLoad & { tier: string }>(
        `SELECT to_tier AS tier, coalesce(sum(file_bytes) FILTER (WHERE state IN ('planned', 'copying')), 0)::float8 AS "reservedBytes",
           (count(*) FILTER (WHERE state IN ('planned', 'copying')))::int AS "reservedFiles",
           coalesce(sum(file_bytes) FILTER (WHERE committed_at >= $1), 0)::float8 AS "writtenTodayBytes"
         FROM tier_move WHERE ended_at IS NULL OR committed_at >= $1 GROUP BY to_tier`,
        [since],
      ),
    );
    return new Map(rows.map(({ tier, ...load }) => [tier, load]));
  }

  private async read(where: string, parameters: unknown[]): Promise<Move[]> {
    const rows = await this.database.run((sql) => sql.rows<MoveRow>(`SELECT ${columns} FROM tier_move m ${where}`, parameters));
    return rows.map(({ inode, mtimeNs, ctimeNs, ...move }) => ({ ...move, source: { inode, mtimeNs, ctimeNs } }) as Move);
  }
}
