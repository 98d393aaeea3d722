import type { ModelManifest } from './model-manifest.schema.ts';

/** One rendering of a picture that some enabled model asks for: RGB bytes, width × height × 3. */
export interface TensorSpec {
  /** Equal for models that ask for the same, so that it is rendered once. */
  id: string;
  width: number;
  height: number;
  fit: 'cover' | 'contain' | 'fill';
}

/** The rendering that a model asks for, or undefined for one that takes no pictures. */
export function tensorSpecOf(manifest: Pick<ModelManifest, 'image'>): TensorSpec | undefined {
  if (!manifest.image) return undefined;
  const { width, height, fit } = manifest.image.preprocessing;
  return { id: `rgb-${width}x${height}-${fit}`, width, height, fit };
}

/** Every different rendering that the models ask for; the image parser makes them all from one decode. */
export function tensorSpecs(models: { manifest: Pick<ModelManifest, 'image'> }[]): TensorSpec[] {
  const specs = new Map<string, TensorSpec>();
  for (const { manifest } of models) {
    const spec = tensorSpecOf(manifest);
    if (spec) specs.set(spec.id, spec);
  }
  return [...specs.values()];
}
