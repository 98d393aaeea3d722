import { Inject, Injectable } from '@nestjs/common';
import { TenantDatabase } from '#database';
import { HoldfastError, type InputOf, isId } from '#kernel';
import type { listMoves, MoveAnswer } from '../http/storage.contract.ts';

interface MoveRow extends Omit<MoveAnswer, 'plannedAt' | 'committedAt' | 'endedAt' | 'error'> {
  [column: string]: unknown;
  plannedAt: Date;
  committedAt: Date | null;
  endedAt: Date | null;
  errorCode: string | null;
  errorMessage: string | null;
}

const columns = `id, object_id AS "objectId", from_tier AS "from", to_tier AS "to", file_bytes::float8 AS bytes, rule, reason, state, attempt,
  error_code AS "errorCode", error_message AS "errorMessage", planned_at AS "plannedAt", committed_at AS "committedAt", ended_at AS "endedAt"`;

const conditions = {
  active: 'ended_at IS NULL',
  ended: `ended_at IS NOT NULL AND state = 'done'`,
  failed: `state IN ('failed', 'conflict')`,
};

/** Moves as the organisation of the current context sees them: those of its own objects. */
@Injectable()
export class MoveListRepository {
  constructor(@Inject(TenantDatabase) private readonly database: TenantDatabase) {}

  async list({
    cursor,
    limit,
    state,
  }: InputOf<typeof listMoves>['query']): Promise<{ items: MoveAnswer[]; nextCursor: string | null }> {
    const after = parseCursor(cursor);
    const rows = await this.database.run((sql) =>
      sql.rows<MoveRow>(
        `SELECT ${columns} FROM tier_move WHERE ${state ? conditions[state] : 'true'} AND ($1::timestamptz IS NULL OR (planned_at, id) < ($1, $2::uuid))
         ORDER BY planned_at DESC, id DESC LIMIT $3`,
        [after?.plannedAt ?? null, after?.id ?? null, limit + 1],
      ),
    );
    const items = rows.slice(0, limit).map(asAnswer);
    const last = items.at(-1);
    return { items, nextCursor: rows.length > limit && last ? `${last.plannedAt}_${last.id}` : null };
  }

  /** The newest moves of an object. */
  async of(objectId: string, limit: number): Promise<MoveAnswer[]> {
    const rows = await this.database.run((sql) =>
      sql.rows<MoveRow>(`SELECT ${columns} FROM tier_move WHERE object_id = $1 ORDER BY planned_at DESC, id DESC LIMIT $2`, [
        objectId,
        limit,
      ]),
    );
    return rows.map(asAnswer);
  }
}

function asAnswer({ plannedAt, committedAt, endedAt, errorCode, errorMessage, ...move }: MoveRow): MoveAnswer {
  return {
    ...(move as unknown as MoveAnswer),
    error: errorCode === null ? null : { code: errorCode, message: errorMessage ?? '' },
    plannedAt: plannedAt.toISOString(),
    committedAt: committedAt?.toISOString() ?? null,
    endedAt: endedAt?.toISOString() ?? null,
  };
}

function parseCursor(cursor: string | undefined): { plannedAt: string; id: string } | undefined {
  if (cursor === undefined) return undefined;
  const [plannedAt = '', id = ''] = cursor.split('_');
  if (isId(id) && !Number.isNaN(Date.parse(plannedAt))) return { plannedAt, id };
  throw new HoldfastError('CURSOR_INVALID', {
    kind: 'invalid',
    message: `${cursor} is no cursor of this list.`,
    action: 'Start again without a cursor.',
  });
}
