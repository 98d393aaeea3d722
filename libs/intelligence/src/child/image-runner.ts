import type { ModelManifest } from '../domain/model-manifest.schema.ts';
import { constantTensors } from './constant-inputs.ts';
import { toPixelValues } from './image-tensor.ts';
import { modelFault } from './model-fault.ts';
import { loadRuntime, openSession, requireTensors, runFor } from './session.ts';
import { type GraphOutput, toVectors } from './vectors.ts';

/** Answers the vectors of `count` pictures, given as RGB bytes one after the other. */
export type ImageRunner = (bytes: Uint8Array, count: number) => Promise<Float32Array>;

/** Opens the part of a model that takes pictures. */
export async function openImageRunner(folder: string, manifest: ModelManifest, threads: number): Promise<ImageRunner> {
  const { image, embedding } = manifest;
  if (!image || !embedding) throw modelFault('MODEL_PART_MISSING', `${manifest.name} takes no pictures.`);
  const { Tensor } = await loadRuntime();
  const session = await openSession(`${folder}/${image.file}`, threads);
  const inputs = [image.input.name, ...image.constantInputs.map(({ name }) => name)];
  requireTensors(session, image.file, inputs, [image.output.name]);
  const { width, height, layout } = image.preprocessing;
  const shape = { dimensions: embedding.dimensions, pooling: image.output.pooling, normalise: embedding.normalise };
  return async (bytes, count) => {
    const dims = layout === 'NCHW' ? [count, 3, height, width] : [count, height, width, 3];
    const pixels =
      image.input.type === 'uint8'
        ? new Tensor('uint8', bytes, dims)
        : new Tensor('float32', toPixelValues(bytes, count, image.preprocessing), dims);
    const feeds = { [image.input.name]: pixels, ...(await constantTensors(image.constantInputs, count)) };
    const output = await runFor(session, feeds, image.output.name);
    return toVectors(output as unknown as GraphOutput, count, shape);
  };
}
