import { Inject, Injectable } from '@nestjs/common';
import { SystemDatabase } from '#database';
import { HoldfastError } from '#kernel';

const longestSeconds = 900;

/** Counts failed sign-ins in the database, so that restarts and parallel guesses change nothing. */
@Injectable()
export class ThrottleRepository {
  constructor(@Inject(SystemDatabase) private readonly database: SystemDatabase) {}

  /**
   * Counts an attempt before it is judged. Throws SIGN_IN_THROTTLED while the key is locked; beyond `freeAttempts` each attempt
   * locks the key for twice as long as the one before, at most 15 minutes. An hour of quiet forgets.
   */
  async begin(key: string, freeAttempts: number): Promise<void> {
    const lockedFor = await this.database.run(async (sql) => {
      await sql.run(`INSERT INTO sign_in_throttle (key, failures, updated_at) VALUES ($1, 0, now()) ON CONFLICT DO NOTHING`, [
        key,
      ]);
      const row = await sql.first<{ failures: number; seconds: number; quiet: boolean }>(
        `SELECT failures, extract(epoch FROM locked_until - now())::float8 AS seconds, updated_at < now() - interval '1 hour' AS quiet
         FROM sign_in_throttle WHERE key = $1 FOR UPDATE`,
        [key],
      );
      if (row && row.seconds > 0) return row.seconds;
      const failures = row?.quiet ? 1 : (row?.failures ?? 0) + 1;
      const lock = failures > freeAttempts ? Math.min(2 ** (failures - freeAttempts - 1), longestSeconds) : 0;
      await sql.run(
        `UPDATE sign_in_throttle SET failures = $2, updated_at = now(), locked_until = CASE WHEN $3 > 0 THEN now() + $3 * interval '1 second' END WHERE key = $1`,
        [key, failures, lock],
      );
      return 0;
    });
    if (lockedFor > 0)
      throw new HoldfastError('SIGN_IN_THROTTLED', {
        kind: 'throttled',
        message: 'Too many failed sign-ins.',
        action: `Try again in ${Math.ceil(lockedFor)} seconds.`,
        retryAfterSeconds: Math.ceil(lockedFor),
      });
  }

  /** A successful sign-in forgets the failures before it. */
  async forget(keys: string[]): Promise<void> {
    await this.database.run((sql) => sql.run('DELETE FROM sign_in_throttle WHERE key = ANY($1)', [keys]));
  }
}
