import { Inject, Injectable } from '@nestjs/common';
import { SystemDatabase } from '#database';
import type { Plan } from './domain/plan.ts';
import type { RunTally } from './move-executor.ts';

export type RunOrigin = 'asked' | 'pressure' | 'window';

/** A run as its row says. */
export interface MoverRun {
  id: string;
  digest: string;
  plannedAt: Date;
  origin: RunOrigin;
  askedBy: string;
  askedAt: Date;
  startedAt: Date | null;
  endedAt: Date | null;
  plannedMoves: number;
  plannedBytes: number;
  doneMoves: number;
  doneBytes: number;
  failedMoves: number;
  stoppedCode: string | null;
  stoppedMessage: string | null;
}

const columns = `id, digest, planned_at AS "plannedAt", origin, asked_by AS "askedBy", asked_at AS "askedAt", started_at AS "startedAt", ended_at AS "endedAt",
  planned_moves AS "plannedMoves", planned_bytes::float8 AS "plannedBytes", done_moves AS "doneMoves", done_bytes::float8 AS "doneBytes",
  failed_moves AS "failedMoves", stopped_code AS "stoppedCode", stopped_message AS "stoppedMessage"`;

/** Runs of the mover, asked for and done. */
@Injectable()
export class MoverRunRepository {
  constructor(@Inject(SystemDatabase) private readonly database: SystemDatabase) {}

  async add(id: string, { digest, plannedAt, moves }: Plan, origin: RunOrigin, askedBy: string, at: Date): Promise<MoverRun> {
    const bytes = moves.reduce((sum, move) => sum + move.bytes, 0);
    await this.database.run((sql) =>
      sql.run(
        `INSERT INTO mover_run (id, digest, planned_at, origin, asked_by, asked_at, planned_moves, planned_bytes) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`,
        [id, digest, plannedAt, origin, askedBy, at, moves.length, bytes],
      ),
    );
    return (await this.find(id)) as MoverRun;
  }

  async find(id: string): Promise<MoverRun | undefined> {
    const [run] = await this.list('WHERE id = $1', [id]);
    return run;
  }

  /** Runs that somebody asked for and nobody has begun, oldest first. */
  waiting(): Promise<MoverRun[]> {
    return this.list('WHERE started_at IS NULL AND ended_at IS NULL ORDER BY asked_at LIMIT 10', []);
  }

  newest(limit: number): Promise<MoverRun[]> {
    return this.list('ORDER BY asked_at DESC, id DESC LIMIT $1', [limit]);
  }

  async start(id: string, at: Date): Promise<void> {
    await this.update(id, 'started_at = $2', [at]);
  }

  async progress(id: string, { doneMoves, doneBytes, failedMoves }: RunTally): Promise<void> {
    await this.update(id, 'done_moves = $2, done_bytes = $3, failed_moves = $4', [doneMoves, doneBytes, failedMoves]);
  }

  async end(id: string, at: Date, stopped: RunTally['stopped']): Promise<void> {
    await this.update(id, 'started_at = coalesce(started_at, $2), ended_at = $2, stopped_code = $3, stopped_message = $4', [
      at,
      stopped?.code ?? null,
      stopped?.message ?? null,
    ]);
  }

  /** Ends runs that a process began which runs no more. Only the holder of the mover's lock may. */
  async endAbandoned(at: Date): Promise<void> {
    const message = 'The process that moved ended; what it had in hand was taken up, the rest is planned anew.';
    await this.database.run((sql) =>
      sql.run(
        `UPDATE mover_run SET ended_at = $1, stopped_code = 'STORAGE_MOVER_ENDED', stopped_message = $2 WHERE started_at IS NOT NULL AND ended_at IS NULL`,
        [at, message],
      ),
    );
  }

  private async update(id: string, changes: string, values: unknown[]): Promise<void> {
    await this.database.run((sql) => sql.run(`UPDATE mover_run SET ${changes} WHERE id = $1`, [id, ...values]));
  }

  private list(where: string, parameters: unknown[]): Promise<MoverRun[]> {
    return this.database.run((sql) =>
      sql.rows<MoverRun & Record<string, unknown>>(`SELECT ${columns} FROM mover_run ${where}`, parameters),
    );
  }
}
