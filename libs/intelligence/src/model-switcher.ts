import { Inject, Injectable } from '@nestjs/common';
import type { Sql } from '#database';
import { PipelineEverywhere, type RerunChoice } from '#media';
import { embeddingSpaceName } from './domain/model-manifest.schema.ts';
import { affectedSteps } from './domain/model-role.ts';
import { ModelRepository } from './model.repository.ts';
import type { ModelRecord } from './model-catalogue.ts';
import { ModelRegistry } from './model-registry.ts';

/** The audit entry of a switch. */
export interface SwitchEntry {
  action: 'model.enabled' | 'model.disabled';
  target: { kind: 'model'; id: string };
  detail: { name: string; version: string; replaced: string[] };
}

/** What was switched, and the assets that follow. */
export interface Switched {
  model: ModelRecord;
  replaced: ModelRecord[];
  affected: RerunChoice;
}

/** Switches models on and off with all that follows; who may, and who is written down for it, is the caller's to say. */
@Injectable()
export class ModelSwitcher {
  constructor(
    @Inject(ModelRegistry) private readonly registry: ModelRegistry,
    @Inject(ModelRepository) private readonly models: ModelRepository,
    @Inject(PipelineEverywhere) private readonly pipeline: PipelineEverywhere,
  ) {}

  /**
   * Enables or disables a model in a transaction of the SystemDatabase, with its audit row and the background work that follows in every
   * organisation. Enabling looks again at every asset that this version has not seen; what models have made that are disabled, or give way,
   * goes. Throws MODEL_NOT_FOUND or MODEL_FILES_MISSING.
   */
  async switch(sql: Sql, id: string, enabled: boolean, record: (entry: SwitchEntry) => Promise<void>): Promise<Switched> {
    await this.models.lock(sql);
    const { model, replaced } = await this.registry.switch(id, enabled);
    const { name, version } = model;
    await record({
      action: enabled ? 'model.enabled' : 'model.disabled',
      target: { kind: 'model', id },
      detail: { name, version, replaced: replaced.map((other) => `${other.name} ${other.version}`) },
    });
    for (const gone of enabled ? replaced : [model]) await this.takeBack(gone, enabled);
    return { model, replaced, affected: enabled ? await this.lookAgain(model) : madeBy(model) };
  }

  private async lookAgain({ manifest, name, version }: ModelRecord): Promise<RerunChoice> {
    const choice = { ...affectedSteps(manifest), model: { name, version } };
    await this.pipeline.rerun(choice, `The model ${name} ${version} was enabled.`);
    return choice;
  }

  /** Has what a model made go. What another takes the place of is made again by that one anyway. */
  private async takeBack(model: ModelRecord, isReplaced: boolean): Promise<void> {
    const { name, version, manifest } = model;
    const { steps } = affectedSteps(manifest);
    if (manifest.embedding) {
      await this.pipeline.forget({ model: { name, version }, space: embeddingSpaceName(model), steps });
    } else if (!isReplaced) {
      await this.pipeline.rerun(madeBy(model), `The model ${name} ${version} was disabled.`);
    }
  }
}

function madeBy({ name, version, manifest }: ModelRecord): RerunChoice {
  return { ...affectedSteps(manifest), madeBy: { name, version } };
}
