import { Inject, Injectable } from '@nestjs/common';
import { SystemDatabase, TenantDatabase } from '#database';
import { currentContext } from '#kernel';
import { cutoffOf } from './domain/decide.ts';
import type { Preview } from './domain/preview.ts';
import type { Policies } from './domain/retention-class.ts';

const oldSearches = 'FROM search_history WHERE organisation_id = $1 AND searched_at <= $2';
const oldSessions = 'FROM session WHERE organisation_id = $1 AND coalesce(ended_at, expires_at) <= $2';

/** What people leave behind by using the appliance: what they searched for, and from where they were signed in. */
@Injectable()
export class TraceRepository {
  constructor(
    @Inject(TenantDatabase) private readonly database: TenantDatabase,
    @Inject(SystemDatabase) private readonly system: SystemDatabase,
  ) {}

  /** How many rows are due. */
  async count(policies: Policies, instant: Date): Promise<Preview['traces']> {
    const { organisationId } = currentContext();
    const rowsOf = async (days: number | null, from: string, database: TenantDatabase | SystemDatabase) => {
      const cutoff = cutoffOf(days, instant);
      if (!cutoff) return 0;
      const found = await database.run((sql) =>
        sql.first<{ rows: number }>(`SELECT count(*)::integer AS rows ${from}`, [organisationId, cutoff]),
      );
      return found?.rows ?? 0;
    };
    return [
      { class: 'search-history', rows: await rowsOf(policies['search-history'], oldSearches, this.database) },
      { class: 'session', rows: await rowsOf(policies.session, oldSessions, this.system) },
    ];
  }

  /** Removes what is due; answers how many rows. Running sessions are never among them. */
  async remove(policies: Policies, instant: Date): Promise<number> {
    const { organisationId } = currentContext();
    const searches = cutoffOf(policies['search-history'], instant);
    const sessions = cutoffOf(policies.session, instant);
    let removed = 0;
    if (searches) removed += await this.database.run((sql) => sql.run(`DELETE ${oldSearches}`, [organisationId, searches]));
    if (sessions) removed += await this.system.run((sql) => sql.run(`DELETE ${oldSessions}`, [organisationId, sessions]));
    return removed;
  }
}
