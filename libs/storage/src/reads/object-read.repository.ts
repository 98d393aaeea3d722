import { Inject, Injectable } from '@nestjs/common';
import { SystemDatabase } from '#database';

/** How often an object was read since this was last written down. */
export interface CountedReads {
  organisationId: string;
  objectId: string;
  reads: number;
  lastReadAt: Date;
}

/** Reads of objects, by the hour. */
@Injectable()
export class ObjectReadRepository {
  constructor(@Inject(SystemDatabase) private readonly database: SystemDatabase) {}

  /** Adds reads of objects that there are, in one statement. */
  async add(reads: readonly CountedReads[]): Promise<void> {
    await this.database.run((sql) =>
      sql.run(
        // Rows are locked in the order of their keys, so that two processes never wait for each other.
        `WITH counted AS (
           SELECT o.organisation_id, o.id, c.reads, c.at FROM unnest($1::uuid[], $2::uuid[], $3::int[], $4::timestamptz[]) AS c (organisation_id, id, reads, at)
           JOIN stored_object o ON o.organisation_id = c.organisation_id AND o.id = c.id ORDER BY o.id FOR NO KEY UPDATE OF o
         ), touched AS (
           UPDATE stored_object o SET last_read_at = greatest(o.last_read_at, c.at) FROM counted c
           WHERE o.organisation_id = c.organisation_id AND o.id = c.id
         )
         INSERT INTO object_read (organisation_id, object_id, hour, reads)
         SELECT organisation_id, id, date_trunc('hour', at), reads FROM counted
         ON CONFLICT (organisation_id, object_id, hour) DO UPDATE SET reads = object_read.reads + excluded.reads`,
        [
          reads.map(({ organisationId }) => organisationId),
          reads.map(({ objectId }) => objectId),
          reads.map((entry) => entry.reads),
          reads.map(({ lastReadAt }) => lastReadAt),
        ],
      ),
    );
  }

  /** Forgets hours before an instant. */
  async drop(before: Date): Promise<void> {
    await this.database.run((sql) => sql.run('DELETE FROM object_read WHERE hour < $1', [before]));
  }
}
