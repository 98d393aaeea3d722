import { Inject, Injectable } from '@nestjs/common';
import { SystemDatabase } from '#database';
import type { DriftRecord } from './domain/reconciler.ts';

/** How a domain stood when it was last looked at. */
export interface SeenDomain {
  state: string;
  drift: DriftRecord[];
  checkedAt: Date;
}

/** What was seen of domains, and who is to hear of it. */
@Injectable()
export class WatchRepository {
  constructor(@Inject(SystemDatabase) private readonly database: SystemDatabase) {}

  find(domain: string): Promise<SeenDomain | undefined> {
    const text = 'SELECT state, drift, checked_at AS "checkedAt" FROM reconcile_watch WHERE domain = $1';
    return this.database.run((sql) => sql.first<SeenDomain & Record<string, unknown>>(text, [domain]));
  }

  async put(domain: string, { state, drift, checkedAt }: SeenDomain): Promise<void> {
    await this.database.run((sql) =>
      sql.run(
        `INSERT INTO reconcile_watch (domain, state, drift, checked_at) VALUES ($1, $2, $3, $4)
         ON CONFLICT (domain) DO UPDATE SET state = $2, drift = $3, checked_at = $4`,
        [domain, state, JSON.stringify(drift), checkedAt],
      ),
    );
  }

  async organisations(): Promise<string[]> {
    const rows = await this.database.run((sql) => sql.rows<{ id: string }>('SELECT id FROM organisation'));
    return rows.map(({ id }) => id);
  }
}
