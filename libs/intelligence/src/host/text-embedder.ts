import type { Embeddings, TextOptions } from './inference-host.ts';

/** Whoever turns texts into vectors: the models of this process, or those of a worker. */
export interface TextEmbedder {
  embedTexts(modelId: string, texts: string[], options: TextOptions): Promise<Embeddings>;
}
