import { Controller, Inject } from '@nestjs/common';
import { type AnswerOf, Input, type InputOf, Route } from '#kernel';
import { ModelService } from '../model.service.ts';
import type { ModelRecord } from '../model-catalogue.ts';
import { listModels, setModelEnabled } from './model.contract.ts';

@Controller()
export class ModelController {
  constructor(@Inject(ModelService) private readonly models: ModelService) {}

  @Route(listModels)
  async list(): Promise<AnswerOf<typeof listModels>> {
    const models = await this.models.list();
    return { items: models.map(toAnswer), capabilities: await this.models.capabilities() };
  }

  @Route(setModelEnabled)
  async setEnabled(@Input() input: InputOf<typeof setModelEnabled>): Promise<AnswerOf<typeof setModelEnabled>> {
    const { model, affectedAssets } = await this.models.setEnabled(input.params.id, input.body.enabled);
    return { model: toAnswer(model), affectedAssets };
  }
}

function toAnswer({ id, name, version, task, enabled, manifest, importedAt }: ModelRecord) {
  return {
    id,
    name,
    version,
    task,
    enabled,
    licence: manifest.licence.spdx,
    dimensions: manifest.embedding?.dimensions ?? null,
    sizeBytes: manifest.files.reduce((sum, file) => sum + file.bytes, 0),
    importedAt: importedAt.toISOString(),
  };
}
