import { Injectable } from '@nestjs/common';
import type { Sql } from '#database';
import type { Tensor, TensorSpec } from '../parsers/index.ts';

/** What one model made of pictures: a vector for each, in the order given. */
export interface PictureVectors {
  model: string;
  version: string;
  /** Name of the space that the vectors are compared in. */
  space: string;
  vectors: Float32Array[];
  /** Milliseconds of processor time. */
  cpuMs: number;
}

/** The enabled models that look at pictures. The room of the models registers it; without one, pictures have no vectors. */
export interface PictureModels {
  /** The renderings of a picture that the models ask for. */
  renderings(): Promise<TensorSpec[]>;
  /** Vectors of every model for each picture, given as its renderings. */
  look(pictures: readonly Tensor[][], signal: AbortSignal): Promise<PictureVectors[]>;
}

/** A vector of an asset: part 0 is the whole, part n the shot n-1 of a video or the page n of a document. */
export interface AssetVector {
  part: number;
  atSeconds: number | null;
  vector: Float32Array;
}

/** Where vectors are kept. The room of search registers it. */
export interface VectorSink {
  /** Makes sure that there is room for vectors of a space. Called outside transactions, often. */
  prepare(space: string, dimensions: number): Promise<void>;
  /** Replaces the vectors of an asset in a space, in the running transaction. */
  put(space: string, assetId: string, vectors: AssetVector[]): Promise<void>;
  /** Removes the vectors of assets in a space, in the running transaction. */
  drop(space: string, assetIds: readonly string[]): Promise<void>;
}

/** Tells whether a model is enabled; the answer holds until the transaction ends. The room of the models registers it. */
export type ModelSwitchboard = (sql: Sql, model: { name: string; version: string }) => Promise<boolean>;

/** What rooms above give to the pipeline. */
@Injectable()
export class PipelinePorts {
  pictureModels: PictureModels = { renderings: async () => [], look: async () => [] };
  vectorSink: VectorSink = { prepare: async () => {}, put: async () => {}, drop: async () => {} };
  isModelEnabled: ModelSwitchboard = async () => false;
}
