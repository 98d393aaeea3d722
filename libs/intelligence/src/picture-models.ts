import type { PictureModels, PictureVectors, Tensor, TensorSpec } from '#media';
import { pictureTasks } from './domain/capability.ts';
import { embeddingSpaceName } from './domain/model-manifest.schema.ts';
import { tensorSpecOf, tensorSpecs } from './domain/tensor-spec.ts';
import { inputUnfit } from './host/inference-errors.ts';
import type { InferenceHost } from './host/inference-host.ts';
import type { ModelRecord } from './model-catalogue.ts';
import type { ModelRegistry } from './model-registry.ts';

/** Shows the pictures of the pipeline, decoded once, to every enabled model that takes pictures. */
export class EnabledPictureModels implements PictureModels {
  readonly #models: ModelRegistry;
  readonly #host: InferenceHost;

  constructor(models: ModelRegistry, host: InferenceHost) {
    this.#models = models;
    this.#host = host;
  }

  async renderings(): Promise<TensorSpec[]> {
    return tensorSpecs(await this.#models.enabledFor(...pictureTasks)).map((spec) => ({ ...spec, channels: 3 }));
  }

  /** A model enabled after the pictures were rendered is left out: enabling it has them looked at again. */
  async look(pictures: readonly Tensor[][], signal: AbortSignal): Promise<PictureVectors[]> {
    const rendered = new Set(pictures[0]?.map(({ id }) => id));
    const models = await this.#models.enabledFor(...pictureTasks);
    const ready = models.filter(({ manifest }) => rendered.has(tensorSpecOf(manifest)?.id ?? ''));
    return Promise.all(ready.map((model) => this.#lookWith(model, pictures, signal)));
  }

  async #lookWith(model: ModelRecord, pictures: readonly Tensor[][], signal: AbortSignal): Promise<PictureVectors> {
    const wanted = tensorSpecOf(model.manifest)?.id;
    const bytes = pictures.map((renderings) => {
      const rendering = renderings.find(({ id }) => id === wanted);
      if (!rendering) throw inputUnfit(`A picture lacks its rendering ${wanted}.`);
      return rendering.bytes;
    });
    const { vectors, cpuMs } = await this.#host.embedImages(model.id, bytes, signal);
    return { model: model.name, version: model.version, space: embeddingSpaceName(model), vectors, cpuMs };
  }
}
