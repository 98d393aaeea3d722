import { Inject, Injectable } from '@nestjs/common';
import { SystemDatabase, TenantDatabase } from '#database';

export interface AssetTotals {
  total: number;
  processing: number;
  partial: number;
  unsupported: number;
  originalBytes: number;
  renditionBytes: number;
}

export interface DatabaseFacts {
  version: string;
  vectorVersion: string | null;
  uptimeSeconds: number;
  sizeBytes: number;
}

@Injectable()
export class SystemRepository {
  constructor(
    @Inject(TenantDatabase) private readonly tenant: TenantDatabase,
    @Inject(SystemDatabase) private readonly system: SystemDatabase,
  ) {}

  async assetTotals(): Promise<AssetTotals> {
    const row = await this.tenant.run((sql) =>
      sql.first<AssetTotals>(
        `SELECT count(*)::int AS total, count(*) FILTER (WHERE state = 'processing')::int AS processing, count(*) FILTER (WHERE state = 'partial')::int AS partial,
           count(*) FILTER (WHERE state = 'unsupported')::int AS unsupported, coalesce(sum(size_bytes), 0)::float8 AS "originalBytes",
           (SELECT coalesce(sum(size_bytes), 0)::float8 FROM rendition) AS "renditionBytes"
         FROM asset WHERE trashed_at IS NULL`,
      ),
    );
    return row ?? { total: 0, processing: 0, partial: 0, unsupported: 0, originalBytes: 0, renditionBytes: 0 };
  }

  databaseFacts(): Promise<DatabaseFacts | undefined> {
    return this.system.run((sql) =>
      sql.first<DatabaseFacts>(
        `SELECT current_setting('server_version') AS version, (SELECT extversion FROM pg_extension WHERE extname = 'vector') AS "vectorVersion",
           extract(epoch FROM now() - pg_postmaster_start_time())::float8 AS "uptimeSeconds", pg_database_size(current_database())::float8 AS "sizeBytes"`,
      ),
    );
  }
}
