import type { ModelManifest } from '../domain/model-manifest.schema.ts';

type Weighed = Pick<ModelManifest, 'memoryMb' | 'files'>;

const MEBIBYTE = 1024 * 1024;

/** Memory that one process of a model may take, in MB: as declared, else room for Node, the weights twice (as read and as optimised) and a batch. */
export function memoryMb(manifest: Weighed): number {
  return manifest.memoryMb ?? Math.ceil(1024 + 3 * weightsMb(manifest));
}

/**
 * What one process is granted where all models together have `totalMb`: what is declared is needed, what is assumed may be less, down to Node and the weights
 * twice. Undefined where even that is more than there is.
 */
export function grantedMb(manifest: Weighed, totalMb: number): number | undefined {
  const least = leastMb(manifest);
  return least > totalMb ? undefined : Math.min(memoryMb(manifest), totalMb);
}

/** The least that a process of the model can run with, in MB. */
export function leastMb(manifest: Weighed): number {
  return manifest.memoryMb ?? Math.ceil(256 + 2 * weightsMb(manifest));
}

function weightsMb({ files }: Weighed): number {
  return files.reduce((sum, file) => sum + file.bytes, 0) / MEBIBYTE;
}
