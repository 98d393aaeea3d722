import { createHash } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { z } from 'zod';
import type { modelManifestSchema } from '../domain/model-manifest.schema.ts';
import { buildVisualDescriptor, descriptorDimensions, descriptorSide } from './visual-descriptor.graph.ts';

/** SHA-256 of the shipped graph. A change of the graph changes this and the version below, and re-runs similarity. */
export const descriptorSha256 = 'ab58df0578249a29eb5801f8980e8470c8b6be9c0c46893c066aed04b4c678f6';
const version = '1.0.0';

type ManifestInput = z.input<typeof modelManifestSchema>;

/** The description of the shipped visual descriptor. */
export function visualDescriptorManifest(graph: Uint8Array): ManifestInput {
  const side = descriptorSide;
  return {
    manifestVersion: 1,
    name: 'visual-descriptor',
    version,
    title: 'Visual descriptor',
    description: 'Colour, edge and texture statistics of a picture, calculated, not learned: finds pictures that look alike.',
    task: 'visual-descriptor',
    embedding: { dimensions: descriptorDimensions, space: 'visual-similarity', distance: 'cosine', normalise: false },
    image: {
      file: 'model.onnx',
      input: { name: 'image', type: 'uint8', shape: ['batch', side, side, 3] },
      output: { name: 'descriptor', shape: ['batch', descriptorDimensions] },
      preprocessing: { width: side, height: side, fit: 'fill', layout: 'NHWC' },
    },
    licence: { spdx: 'Apache-2.0', source: 'Made by Holdfast: scripts/make-visual-descriptor.ts' },
    files: [{ path: 'model.onnx', bytes: graph.byteLength, sha256: createHash('sha256').update(graph).digest('hex') }],
  };
}

/** Writes the shipped model as a folder that can be imported like any other. The same bytes every time, on every machine. */
export async function writeVisualDescriptor(folder: string): Promise<void> {
  const graph = buildVisualDescriptor();
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, 'model.onnx'), graph);
  await writeFile(join(folder, 'model.json'), `${JSON.stringify(visualDescriptorManifest(graph), null, 2)}\n`);
}
