import type { ModelManifest } from './domain/model-manifest.schema.ts';

/** One imported version of a model. */
export interface ModelRecord {
  id: string;
  name: string;
  version: string;
  task: ModelManifest['task'];
  manifest: ModelManifest;
  /** Absolute path of its files. */
  folder: string;
  /** SHA-256 of its model.json, which names the SHA-256 of every other file. */
  sha256: string;
  enabled: boolean;
  importedAt: Date;
}

/** Where the appliance remembers its models. */
export interface ModelCatalogue {
  /** All models, by name and then newest version first. */
  list(): Promise<ModelRecord[]>;
  find(id: string): Promise<ModelRecord | undefined>;
  insert(record: ModelRecord): Promise<void>;
  /** Enables one model and disables others, all or nothing. */
  switchEnabled(change: { enable: string[]; disable: string[] }): Promise<void>;
}

/** The newest version of each name first: by number, not by letter. */
export function compareModels(a: Pick<ModelRecord, 'name' | 'version'>, b: Pick<ModelRecord, 'name' | 'version'>): number {
  return a.name.localeCompare(b.name, 'en') || b.version.localeCompare(a.version, 'en', { numeric: true });
}
