import type { Sql } from '#database';
import type { KeyState } from '../provider/key-provider.ts';

/** The state of the key provider that was last written into the audit, and when it was last found so: one row, locked while somebody compares. */
export const keyStates = {
  async lock(sql: Sql): Promise<{ state: KeyState; isNewerThan(since: Date): boolean }> {
    const row = await sql.first<{ state: KeyState; since: Date | number; isAhead: boolean }>(
      `SELECT state, since, since > clock_timestamp() AS "isAhead" FROM key_provider_state FOR UPDATE`,
    );
    const { state = 'SEALED', since = 0, isAhead = false } = row ?? {};
    // A clock that was set back must not silence the audit.
    return { state, isNewerThan: (other) => !isAhead && since >= other };
  },

  async put(sql: Sql, state: KeyState, since: Date): Promise<void> {
    await sql.run('UPDATE key_provider_state SET state = $1, since = $2', [state, since]);
  },
};
