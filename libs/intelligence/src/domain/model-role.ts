import type { ModelManifest, ModelTask } from './model-manifest.schema.ts';

/** What must run again when a model is enabled; the pipeline then repeats by itself what is made from it. */
export interface AffectedWork {
  steps: ('recognise' | 'text' | 'embed')[];
  kinds: ('image' | 'video' | 'audio' | 'document' | 'text')[];
}

const picturesAgain: AffectedWork = { steps: ['recognise'], kinds: ['image', 'video', 'document'] };
const affected: Record<ModelTask, AffectedWork> = {
  'visual-descriptor': picturesAgain,
  'image-embedding': picturesAgain,
  'text-image-embedding': picturesAgain,
  'sentence-embedding': { steps: ['embed'], kinds: ['image', 'video', 'audio', 'document', 'text'] },
  'speech-to-text': { steps: ['text'], kinds: ['video', 'audio'] },
};

/** The steps, and the kinds of assets, that enabling this model makes stale. */
export function affectedSteps(manifest: Pick<ModelManifest, 'task'>): AffectedWork {
  return affected[manifest.task];
}

/**
 * The place that a model fills: of all models with the same role at most one is enabled. Embedding models that
 * declare different spaces fill different places.
 */
export function modelRole(manifest: Pick<ModelManifest, 'task' | 'embedding'>): string {
  return manifest.embedding ? `${manifest.task}/${manifest.embedding.space}` : manifest.task;
}
