import { createHash } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { z } from 'zod';
import type { modelManifestSchema } from '../domain/model-manifest.schema.ts';
import { buildVisualDescriptor, descriptorDimensions, descriptorParts, descriptorSide } from './visual-descriptor.graph.ts';

/** SHA-256 of the shipped graph. A change of the graph changes this and the version below, and re-runs similarity. */
export const descriptorSha256 = '3f03da961eaa384eb0eb24f2d948961e3a15949f078c60c60b607803d176a488';
const version = '2.0.0';

/** Measured on labelled photographs (docs/adr/0012): of pairs of unrelated ones 99 in 100 are below `least`, 19 in 20 below that of a part. */
const edgesFrom = descriptorParts.colourBySurface.length + descriptorParts.colourByPlace.length;
const alike = {
  least: 0.75,
  sure: 0.8,
  parts: [
    { name: 'colours', from: 0, to: edgesFrom, least: 0.7 },
    { name: 'shapes', from: edgesFrom, to: descriptorDimensions, least: 0.8 },
  ],
};

type ManifestInput = z.input<typeof modelManifestSchema>;

/** The description of the shipped visual descriptor. */
export function visualDescriptorManifest(graph: Uint8Array): ManifestInput {
  const side = descriptorSide;
  return {
    manifestVersion: 1,
    name: 'visual-descriptor',
    version,
    title: 'Visual descriptor',
    description: 'Colours, surfaces and edges of a picture, calculated, not learned: finds pictures that look alike.',
    task: 'visual-descriptor',
    embedding: { dimensions: descriptorDimensions, space: 'visual-similarity', distance: 'cosine', normalise: false, alike },
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
