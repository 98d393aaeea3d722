import { Injectable } from '@nestjs/common';
import type { Sql } from '#database';

/** How much of a host's record is in the audit. */
export interface MirroredJournal {
  sequence: number;
  /** Of the last entry; empty where there is none. */
  hash: string;
}

const select = 'SELECT sequence::float8 AS sequence, hash FROM host_journal WHERE source = $1';

/** How far each host's record is in the audit. */
@Injectable()
export class JournalRepository {
  async read(sql: Sql, source: string): Promise<MirroredJournal> {
    return (await sql.first<MirroredJournal & Record<string, unknown>>(select, [source])) ?? { sequence: 0, hash: '' };
  }

  /** The same, held against others until the transaction ends. */
  async lock(sql: Sql, source: string): Promise<MirroredJournal> {
    await sql.run(`INSERT INTO host_journal (source, sequence, hash) VALUES ($1, 0, '') ON CONFLICT DO NOTHING`, [source]);
    return (await sql.first<MirroredJournal & Record<string, unknown>>(`${select} FOR UPDATE`, [source])) as MirroredJournal;
  }

  async put(sql: Sql, source: string, sequence: number, hash: string): Promise<void> {
    await sql.run('UPDATE host_journal SET sequence = $2, hash = $3 WHERE source = $1', [source, sequence, hash]);
  }
}
