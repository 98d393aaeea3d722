import { compareModels, type ModelCatalogue, type ModelRecord } from '../model-catalogue.ts';

/** A catalogue that forgets everything when the process ends: for tests that need no database. */
export class MemoryModelCatalogue implements ModelCatalogue {
  readonly #records = new Map<string, ModelRecord>();

  async list(): Promise<ModelRecord[]> {
    return [...this.#records.values()].sort(compareModels);
  }

  async find(id: string): Promise<ModelRecord | undefined> {
    return this.#records.get(id);
  }

  async insert(record: ModelRecord): Promise<void> {
    this.#records.set(record.id, record);
  }

  async switchEnabled({ enable, disable }: { enable: string[]; disable: string[] }): Promise<void> {
    for (const [ids, enabled] of [
      [disable, false],
      [enable, true],
    ] as const)
      for (const id of ids) {
        const record = this.#records.get(id);
        if (record) this.#records.set(id, { ...record, enabled });
      }
  }
}
