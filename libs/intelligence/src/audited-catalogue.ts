import type { Sql, SystemDatabase } from '#database';
import type { ModelRepository } from './model.repository.ts';
import type { ModelCatalogue, ModelRecord } from './model-catalogue.ts';

/** The catalogue for imports: a new model and the record of who imported it are one transaction. */
export function auditedCatalogue(
  models: ModelRepository,
  database: SystemDatabase,
  record: (sql: Sql, entry: ImportEntry) => Promise<void>,
): ModelCatalogue {
  return {
    list: () => models.list(),
    find: (id) => models.find(id),
    switchEnabled: (change) => models.switchEnabled(change),
    insert: (model) =>
      database.run(async (sql) => {
        await models.insert(model);
        await record(sql, importEntry(model));
      }),
  };
}

/** The audit entry of an import. */
export interface ImportEntry {
  action: 'model.imported';
  target: { kind: 'model'; id: string };
  detail: { name: string; version: string; task: string; sha256: string };
}

function importEntry({ id, name, version, task, sha256 }: ModelRecord): ImportEntry {
  return { action: 'model.imported', target: { kind: 'model', id }, detail: { name, version, task, sha256 } };
}
