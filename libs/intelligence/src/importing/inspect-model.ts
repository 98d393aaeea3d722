import { asHoldfastError, HoldfastError } from '#kernel';
import type { ModelManifest } from '../domain/model-manifest.schema.ts';
import { InferenceHost } from '../host/inference-host.ts';
import { modelRefused } from './model-import-errors.ts';

/**
 * Runs a model once, in a process of its own, on inputs of each kind that it takes. Throws MODEL_DOES_NOT_RUN with the
 * reason: a graph that does not load, a tensor that is not there, an answer of another length than declared.
 */
export async function inspectModel(folder: string, manifest: ModelManifest): Promise<void> {
  const host = new InferenceHost(async (id) => ({ id, manifest, folder }), { batchSize: 2, batchWindowMs: 0, threads: 1 });
  try {
    if (manifest.image) await host.embedImages('tested', testPictures(manifest.image.preprocessing));
    if (manifest.text) await host.embedTexts('tested', ['a photograph', 'Zwölf Boxkämpfer, 東京'], { lane: 'bulk' });
    if (manifest.speech) await host.transcribeWindow('tested', { samples: new Uint8Array(32_000), language: null });
  } catch (thrown) {
    throw explain(manifest, asHoldfastError(thrown));
  } finally {
    await host.close();
  }
}

/** Two different pictures, so that a batch of more than one is tried where the graph allows it. */
function testPictures({ width, height }: { width: number; height: number }): Uint8Array[] {
  const bytes = width * height * 3;
  return [1, 7].map((step) => Uint8Array.from({ length: bytes }, (_, index) => (index * step) % 256));
}

function explain(manifest: ModelManifest, error: HoldfastError): HoldfastError {
  const cause = error.cause instanceof HoldfastError ? error.cause : error;
  if (cause.fault === 'world' && !cause.code.startsWith('MODEL_') && !cause.code.startsWith('INFERENCE_')) return cause;
  return modelRefused(
    'MODEL_DOES_NOT_RUN',
    `${manifest.name} ${manifest.version} does not run: ${cause.message}`,
    cause.action ?? 'Correct model.json, or export the model again.',
    { reason: cause.code },
  );
}
