import { Inject, Injectable } from '@nestjs/common';
import { SystemDatabase } from '#database';
import type { SliceMinute } from '../domain/slice-minute.ts';

/** A point of a slice's load. */
export interface LoadPoint {
  slice: string;
  at: Date;
  cpuPercent: number;
  peakPercent: number;
  memoryBytes: number | null;
  pressurePercent: number | null;
}

/** What a slice did in an hour of the week, over several weeks. */
export interface WeekHour {
  slice: string;
  /** 0 is Monday from midnight to one. */
  hourOfWeek: number;
  meanPercent: number;
  highPercent: number;
  weeks: number;
}

const weighted = 'sum(cpu_percent * seconds) / sum(seconds)';

/** The recorded load of slices: minutes, and hours that are made of them. */
@Injectable()
export class SliceLoadRepository {
  constructor(@Inject(SystemDatabase) private readonly database: SystemDatabase) {}

  async write(minutes: readonly SliceMinute[]): Promise<void> {
    const column = (name: keyof SliceMinute) => minutes.map((minute) => minute[name]);
    await this.database.run((sql) =>
      sql.run(
        `INSERT INTO slice_minute (slice, at, cpu_percent, peak_percent, memory_bytes, pressure_percent, seconds)
         SELECT * FROM unnest($1::text[], $2::timestamptz[], $3::real[], $4::real[], $5::bigint[], $6::real[], $7::real[])
         ON CONFLICT (slice, at) DO UPDATE SET peak_percent = greatest(slice_minute.peak_percent, excluded.peak_percent),
           memory_bytes = greatest(slice_minute.memory_bytes, excluded.memory_bytes), pressure_percent = greatest(slice_minute.pressure_percent, excluded.pressure_percent),
           seconds = slice_minute.seconds + excluded.seconds,
           cpu_percent = (slice_minute.cpu_percent * slice_minute.seconds + excluded.cpu_percent * excluded.seconds)
             / (slice_minute.seconds + excluded.seconds)`,
        [
          column('slice'),
          column('at'),
          column('cpuPercent'),
          column('peakPercent'),
          column('memoryBytes'),
          column('pressurePercent'),
          column('seconds'),
        ],
      ),
    );
  }

  /** Makes hours of the minutes since an instant anew, and removes what is older than its time. */
  async rollUp(since: Date, oldestMinute: Date, oldestHour: Date): Promise<void> {
    await this.database.run(async (sql) => {
      await sql.run(
        `INSERT INTO slice_hour (slice, at, cpu_percent, peak_percent, memory_bytes, pressure_percent, seconds)
         SELECT slice, date_trunc('hour', at, 'UTC'), ${weighted}, max(peak_percent), max(memory_bytes), max(pressure_percent), sum(seconds)
         FROM slice_minute WHERE at >= date_trunc('hour', $1::timestamptz, 'UTC') GROUP BY 1, 2
         ON CONFLICT (slice, at) DO UPDATE SET cpu_percent = excluded.cpu_percent, peak_percent = excluded.peak_percent,
           memory_bytes = excluded.memory_bytes, pressure_percent = excluded.pressure_percent, seconds = excluded.seconds`,
        [since],
      );
      await sql.run('DELETE FROM slice_minute WHERE at < $1', [oldestMinute]);
      await sql.run('DELETE FROM slice_hour WHERE at < $1', [oldestHour]);
    });
  }

  /** Points of so many seconds, from hours where a point holds whole ones and from minutes otherwise. */
  points(from: Date, to: Date, stepSeconds: number): Promise<LoadPoint[]> {
    const table = stepSeconds % 3600 === 0 ? 'slice_hour' : 'slice_minute';
    return this.database.run((sql) =>
      sql.rows<LoadPoint>(
        `SELECT slice, date_bin($3 * interval '1 second', at, 'epoch') AS at, (${weighted})::float8 AS "cpuPercent",
           max(peak_percent)::float8 AS "peakPercent", max(memory_bytes)::float8 AS "memoryBytes", max(pressure_percent)::float8 AS "pressurePercent"
         FROM ${table} WHERE at >= $1 AND at < $2 GROUP BY 1, 2 ORDER BY 1, 2`,
        [from, to, stepSeconds],
      ),
    );
  }

  /** Recorded minutes as they are, oldest first. */
  minutes(
    from: Date,
    to: Date,
  ): Promise<{ slice: string; atMs: number; cpuPercent: number; pressurePercent: number | null }[]> {
    return this.database.run((sql) =>
      sql.rows(
        `SELECT slice, (extract(epoch FROM at) * 1000)::float8 AS "atMs", cpu_percent::float8 AS "cpuPercent", pressure_percent::float8 AS "pressurePercent"
         FROM slice_minute WHERE at >= $1 AND at < $2 ORDER BY at, slice`,
        [from, to],
      ),
    );
  }

  /** Each slice's week in hours of a time zone, over what is recorded since an instant. */
  week(since: Date, timeZone: string): Promise<WeekHour[]> {
    return this.database.run((sql) =>
      sql.rows<WeekHour>(
        `SELECT slice, ((extract(isodow FROM at AT TIME ZONE $2) - 1) * 24 + extract(hour FROM at AT TIME ZONE $2))::int AS "hourOfWeek",
           (${weighted})::float8 AS "meanPercent", percentile_cont(0.95) WITHIN GROUP (ORDER BY peak_percent)::float8 AS "highPercent",
           count(*)::int AS weeks
         FROM slice_hour WHERE at >= $1 GROUP BY 1, 2 ORDER BY 1, 2`,
        [since, timeZone],
      ),
    );
  }
}
