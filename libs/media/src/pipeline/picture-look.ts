import { Inject, Injectable } from '@nestjs/common';
import { asHoldfastError, type HoldfastError } from '#kernel';
import type { JobRun } from '#queue';
import type { Tensor, TensorSpec } from '../parsers/index.ts';
import { type PictureVectors, PipelinePorts } from './ports.ts';

/** What the models made of the pictures of one asset, or why they could not. */
export interface Look {
  vectors: PictureVectors[];
  error: HoldfastError | undefined;
  cpuMs: number;
  modelVersions: Record<string, string>;
}

/** A place in an asset that a picture stands for. */
export interface LookPart {
  part: number;
  atSeconds: number | null;
  tensors: Tensor[];
}

/** Tries that wait for models that are starting; after them the picture is shown without their vectors, and says so. */
const patientTries = 2;

/** Shows pictures to every enabled model, from the decode that is at hand. */
@Injectable()
export class PictureLook {
  constructor(@Inject(PipelinePorts) private readonly ports: PipelinePorts) {}

  renderings(): Promise<TensorSpec[]> {
    return this.ports.pictureModels.renderings();
  }

  /** Vectors of the pictures. A model that fails does not keep the picture from being shown: the error comes back as a value. */
  async at(parts: readonly LookPart[], run: JobRun): Promise<Look> {
    try {
      const vectors = await this.ports.pictureModels.look(
        parts.map((part) => part.tensors),
        run.signal,
      );
      for (const { space, vectors: made } of vectors) if (made[0]) await this.ports.vectorSink.prepare(space, made[0].length);
      return {
        vectors,
        error: undefined,
        cpuMs: vectors.reduce((sum, model) => sum + model.cpuMs, 0),
        modelVersions: Object.fromEntries(vectors.map(({ model, version }) => [model, version])),
      };
    } catch (thrown) {
      const error = asHoldfastError(thrown);
      const isStopping = run.signal.aborted;
      if (error.fault === 'world' && (isStopping || (run.attempt <= patientTries && !run.isLastAttempt))) throw error;
      return { vectors: [], error, cpuMs: 0, modelVersions: {} };
    }
  }

  /** Keeps the vectors, in the running transaction. */
  async keep(assetId: string, parts: readonly LookPart[], look: Look): Promise<void> {
    for (const { space, vectors } of look.vectors) {
      const kept = parts.map(({ part, atSeconds }, index) => ({ part, atSeconds, vector: vectors[index] as Float32Array }));
      await this.ports.vectorSink.put(space, assetId, kept);
    }
  }
}
