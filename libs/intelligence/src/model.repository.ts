import { Inject, Injectable } from '@nestjs/common';
import { type Sql, SystemDatabase } from '#database';
import type { ModelManifest } from './domain/model-manifest.schema.ts';
import { modelImportRaced } from './importing/model-import-errors.ts';
import { compareModels, type ModelCatalogue, type ModelRecord } from './model-catalogue.ts';

const columns = 'id, name, version, task, manifest, folder, sha256, enabled, imported_at AS "importedAt"';

type Row = Omit<ModelRecord, 'manifest'> & { manifest: ModelManifest };

/** The models in PostgreSQL. They belong to the appliance, not to an organisation. */
@Injectable()
export class ModelRepository implements ModelCatalogue {
  constructor(@Inject(SystemDatabase) private readonly database: SystemDatabase) {}

  /** Makes changes of models exclusive until the transaction ends, so that two never fill one place. */
  async lock(sql: Sql): Promise<void> {
    await sql.run(`SELECT pg_advisory_xact_lock(hashtext('model'))`);
  }

  /** Whether a version is enabled, which stays so until the transaction ends: changes of models wait for it. */
  async isEnabled(sql: Sql, { name, version }: { name: string; version: string }): Promise<boolean> {
    await sql.run(`SELECT pg_advisory_xact_lock_shared(hashtext('model'))`);
    return (await sql.first('SELECT FROM model WHERE name = $1 AND version = $2 AND enabled', [name, version])) !== undefined;
  }

  async list(): Promise<ModelRecord[]> {
    const rows = await this.database.run((sql) => sql.rows<Row>(`SELECT ${columns} FROM model`));
    return rows.sort(compareModels);
  }

  async find(id: string): Promise<ModelRecord | undefined> {
    return this.database.run((sql) => sql.first<Row>(`SELECT ${columns} FROM model WHERE id = $1`, [id]));
  }

  async insert(record: ModelRecord): Promise<void> {
    const { id, name, version, task, manifest, folder, sha256, enabled, importedAt } = record;
    const added = await this.database.run((sql) =>
      sql.run(
        `INSERT INTO model (id, name, version, task, manifest, folder, sha256, enabled, imported_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) ON CONFLICT (name, version) DO NOTHING`,
        [id, name, version, task, JSON.stringify(manifest), folder, sha256, enabled, importedAt],
      ),
    );
    if (added === 0) throw modelImportRaced(name, version);
  }

  async switchEnabled({ enable, disable }: { enable: string[]; disable: string[] }): Promise<void> {
    await this.database.run((sql) =>
      sql.run('UPDATE model SET enabled = id = ANY($1) WHERE id = ANY($1) OR id = ANY($2)', [enable, disable]),
    );
  }
}
