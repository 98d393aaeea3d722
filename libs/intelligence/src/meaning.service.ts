import { HoldfastError } from '#kernel';
import { meaningTasks, pictureTasks } from './domain/capability.ts';
import { embeddingSpaceName } from './domain/model-manifest.schema.ts';
import type { TextEmbedder } from './host/text-embedder.ts';
import type { ModelRecord } from './model-catalogue.ts';
import type { ModelRegistry } from './model-registry.ts';

/** A text or picture as a point in one model's space. */
export interface MeaningVector {
  /** Name of the space that the vector is compared in: `model@version`. */
  space: string;
  model: string;
  version: string;
  task: ModelRecord['task'];
  vector: Float32Array;
}

/** Turns what people look for into vectors, by every enabled model that can. */
export class MeaningService {
  readonly #models: ModelRegistry;
  readonly #host: TextEmbedder;

  constructor(models: ModelRegistry, host: TextEmbedder) {
    this.#models = models;
    this.#host = host;
  }

  /**
   * A query as a vector of every enabled text–image model and sentence encoder. Throws MEANING_MODEL_MISSING, which says what
   * would enable it, where there is none.
   */
  async embedQuery(text: string, signal?: AbortSignal): Promise<MeaningVector[]> {
    const models = await this.#models.enabledFor(...meaningTasks);
    if (models.length === 0) throw meaningModelMissing();
    return Promise.all(
      models.map(async (model) => {
        const { vectors } = await this.#host.embedTexts(model.id, [text], { lane: 'interactive', signal });
        const { name, version, task } = model;
        return { space: embeddingSpaceName(model), model: name, version, task, vector: vectors[0] as Float32Array };
      }),
    );
  }

  /** Whether a query can be embedded at all. */
  async canEmbedQueries(): Promise<boolean> {
    return (await this.#models.enabledFor(...meaningTasks)).length > 0;
  }

  /** Names of the spaces in which pictures are compared, those that know what a picture shows first. */
  async pictureSpaces(): Promise<string[]> {
    const models = await this.#models.enabledFor(...pictureTasks);
    const order = ['text-image-embedding', 'image-embedding', 'visual-descriptor'];
    return models.sort((a, b) => order.indexOf(a.task) - order.indexOf(b.task)).map(embeddingSpaceName);
  }
}

function meaningModelMissing(): HoldfastError {
  return new HoldfastError('MEANING_MODEL_MISSING', {
    kind: 'unsupported',
    message: 'Search by meaning needs a text–image model (CLIP or SigLIP family) or a sentence encoder; none is enabled.',
    action:
      'Import one from a folder with ./holdfast models import FOLDER, then ./holdfast models enable NAME. Words, text in pictures and speech are found without it.',
  });
}
