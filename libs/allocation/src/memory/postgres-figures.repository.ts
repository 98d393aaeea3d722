import { Inject, Injectable } from '@nestjs/common';
import { SystemDatabase } from '#database';

/** Kilobytes of each unit in which PostgreSQL counts memory. */
const kilobytes: Readonly<Record<string, number>> = { B: 1 / 1024, kB: 1, '8kB': 8, MB: 1024 };

/** What PostgreSQL itself says it was started with. */
@Injectable()
export class PostgresFigures {
  constructor(@Inject(SystemDatabase) private readonly database: SystemDatabase) {}

  /** Figures by PostgreSQL's own names: memory in kB, all else as it counts. */
  async read(names: readonly string[]): Promise<Record<string, number>> {
    // Not what a session has set for itself.
    const text = 'SELECT name, reset_val::float8 AS value, unit FROM pg_settings WHERE name = ANY($1)';
    const rows = await this.database.run((sql) =>
      sql.rows<{ name: string; value: number; unit: string | null }>(text, [[...names]]),
    );
    return Object.fromEntries(rows.map(({ name, value, unit }) => [name, value * (kilobytes[unit ?? ''] ?? 1)]));
  }
}
