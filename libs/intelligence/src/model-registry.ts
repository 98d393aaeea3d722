import { access } from 'node:fs/promises';
import { HoldfastError } from '#kernel';
import type { ModelTask } from './domain/model-manifest.schema.ts';
import { modelRole } from './domain/model-role.ts';
import type { RunnableModel } from './host/model-process.ts';
import type { ModelCatalogue, ModelRecord } from './model-catalogue.ts';

/** The appliance's models as its own code sees them: no person asks, so no permission is checked (see `ModelService`). */
export class ModelRegistry {
  readonly #catalogue: ModelCatalogue;
  readonly #known = new Map<string, RunnableModel>();

  constructor(catalogue: ModelCatalogue) {
    this.#catalogue = catalogue;
  }

  /** All imported models, by name and then newest version first. */
  list(): Promise<ModelRecord[]> {
    return this.#catalogue.list();
  }

  async enabled(): Promise<ModelRecord[]> {
    return (await this.#catalogue.list()).filter((model) => model.enabled);
  }

  /** Enabled models of a task. */
  async enabledFor(...tasks: ModelTask[]): Promise<ModelRecord[]> {
    return (await this.enabled()).filter((model) => tasks.includes(model.task));
  }

  /** Where inference finds a model. What a version is never changes, so it is asked once. Throws MODEL_NOT_FOUND. */
  async runnable(id: string): Promise<RunnableModel> {
    const known = this.#known.get(id);
    if (known) return known;
    const { manifest, folder } = await this.require(id);
    const model = { id, manifest, folder };
    this.#known.set(id, model);
    return model;
  }

  /** Throws MODEL_NOT_FOUND. */
  async require(id: string): Promise<ModelRecord> {
    const model = await this.#catalogue.find(id);
    if (model) return model;
    throw new HoldfastError('MODEL_NOT_FOUND', {
      kind: 'not-found',
      message: `There is no model ${id}.`,
      action: './holdfast models list shows what there is.',
      values: { id },
    });
  }

  /**
   * Enables or disables a model. Enabling disables the one that fills the same place (see `modelRole`), and is refused for a
   * model whose files are gone. Answers the model as it is now and those that gave way. Throws MODEL_NOT_FOUND or MODEL_FILES_MISSING.
   */
  async switch(id: string, enabled: boolean): Promise<{ model: ModelRecord; replaced: ModelRecord[] }> {
    const model = await this.require(id);
    if (enabled) await requireFiles(model);
    const role = modelRole(model.manifest);
    const replaced = enabled
      ? (await this.enabled()).filter((other) => other.id !== id && modelRole(other.manifest) === role)
      : [];
    const disable = enabled ? replaced.map((other) => other.id) : [id];
    await this.#catalogue.switchEnabled({ enable: enabled ? [id] : [], disable });
    return { model: { ...model, enabled }, replaced };
  }
}

async function requireFiles({ name, version, folder }: ModelRecord): Promise<void> {
  await access(`${folder}/model.json`).catch(() => {
    throw new HoldfastError('MODEL_FILES_MISSING', {
      kind: 'conflict',
      message: `The files of ${name} ${version} are gone from ${folder}.`,
      action: 'Import the model again from where it came from.',
    });
  });
}
