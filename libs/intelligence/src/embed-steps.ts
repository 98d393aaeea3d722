import { Inject, Injectable } from '@nestjs/common';
import {
  AssetTexts,
  type AssetVector,
  assetEmbed,
  counted,
  PipelinePorts,
  type StepContext,
  StepJobHandler,
  StepRunner,
  type WorkResult,
} from '#media';
import { HandlesJob } from '#queue';
import { embeddingSpaceName } from './domain/model-manifest.schema.ts';
import { InferenceHost } from './host/inference-host.ts';
import type { ModelRecord } from './model-catalogue.ts';
import { ModelRegistry } from './model-registry.ts';

/** Pieces of text of one asset that get a vector; of longer texts the beginning. */
const mostPieces = 500;
/** Texts given to the model at once: other assets' texts come in between. */
const batchSize = 32;

interface Piece {
  text: string;
  startSeconds: number | null;
}

/** Gives the text found in an asset its meaning as vectors, by every enabled sentence encoder. */
@Injectable()
@HandlesJob(assetEmbed)
export class AssetEmbedHandler extends StepJobHandler {
  protected readonly job = 'asset.embed';

  constructor(
    @Inject(StepRunner) runner: StepRunner,
    @Inject(AssetTexts) private readonly texts: AssetTexts,
    @Inject(ModelRegistry) private readonly models: ModelRegistry,
    @Inject(InferenceHost) private readonly host: InferenceHost,
    @Inject(PipelinePorts) private readonly ports: PipelinePorts,
  ) {
    super(runner);
  }

  protected async work({ asset, run }: StepContext): Promise<WorkResult> {
    const models = await this.models.enabledFor('sentence-embedding');
    if (models.length === 0) return skipped('No sentence encoder is enabled; the text is found by its words.');
    const found = await this.texts.read(asset.id);
    const pieces = found.filter(({ text }) => text.trim() !== '').slice(0, mostPieces);
    if (pieces.length === 0) return skipped('There is no text to embed.');
    const made = await Promise.all(models.map((model) => this.embed(model, pieces, run.signal)));
    return {
      results: [
        {
          step: 'embed',
          state: 'done',
          outcome: `${counted(pieces.length, 'piece')} of text embedded by ${models.map(({ name }) => name).join(', ')}.`,
          cpuMs: made.reduce((sum, { cpuMs }) => sum + cpuMs, 0),
          modelVersions: Object.fromEntries(models.map(({ name, version }) => [name, version])),
        },
      ],
      commit: async () => {
        for (const { space, vectors } of made) await this.ports.vectorSink.put(space, asset.id, vectors);
      },
    };
  }

  private async embed(model: ModelRecord, pieces: readonly Piece[], signal: AbortSignal) {
    const made: AssetVector[] = [];
    let cpuMs = 0;
    for (let start = 0; start < pieces.length; start += batchSize) {
      const batch = pieces.slice(start, start + batchSize);
      const texts = batch.map(({ text }) => text);
      const answer = await this.host.embedTexts(model.id, texts, { lane: 'bulk', signal });
      cpuMs += answer.cpuMs;
      answer.vectors.forEach((vector, index) => {
        made.push({ part: start + index + 1, atSeconds: batch[index]?.startSeconds ?? null, vector });
      });
    }
    const space = embeddingSpaceName(model);
    await this.ports.vectorSink.prepare(space, made[0]?.vector.length ?? 0);
    return { space, cpuMs, vectors: [meanVector(made), ...made] };
  }
}

/** The text as a whole lies in the middle of its pieces. */
function meanVector(parts: readonly AssetVector[]): AssetVector {
  const vector = new Float32Array(parts[0]?.vector.length ?? 0);
  for (const part of parts)
    part.vector.forEach((value, index) => {
      vector[index] = (vector[index] ?? 0) + value;
    });
  // Opposite meanings may cancel out; a vector of nothing has no direction.
  const isNothing = vector.every((value) => Math.abs(value) < 1e-6);
  return { part: 0, atSeconds: null, vector: isNothing ? (parts[0] as AssetVector).vector : vector };
}

function skipped(outcome: string): WorkResult {
  return { results: [{ step: 'embed', state: 'skipped', outcome }] };
}
