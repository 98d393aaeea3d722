import type { z } from 'zod';
import type { modelManifestSchema } from '../domain/model-manifest.schema.ts';
import { GraphBuilder, type Handle } from '../onnx/index.ts';
import { type TinyTokenizer, tinyTokenizer } from './tiny-tokenizer.ts';

type ManifestInput = z.input<typeof modelManifestSchema>;

/** A model as its author would publish it: description without file list, and files by path. */
export interface TinyModel {
  manifest: Omit<ManifestInput, 'files'>;
  files: Record<string, Uint8Array | string>;
}

const licence = { spdx: 'Apache-2.0', source: 'Made by the test.' };
const words = ['red', 'green', 'blue', 'a', 'photograph', 'query', 'passage', ':', 'größe', '東京'];
/** Where each word points; words of no colour point nowhere, and small. */
const directions: Record<string, number[]> = {
  red: [1, 0, 0, 0],
  green: [0, 1, 0, 0],
  blue: [0, 0, 1, 0],
  größe: [0, 0, 0, 1],
  東京: [0, 0, 0, -1],
  query: [0, 0, 0, 0.5],
  passage: [0, 0, 0, -0.5],
};

/** The tokenizer of all tiny text encoders. */
export function tinyTextTokenizer(): TinyTokenizer {
  const specials = ['[PAD]', '[UNK]', '[CLS]', '[SEP]'];
  return tinyTokenizer({ words, specials, unknown: '[UNK]', padding: '[PAD]', begin: '[CLS]', end: '[SEP]' });
}

function tokenTable({ ids }: TinyTokenizer): number[] {
  return [...ids.keys()].flatMap((word) => directions[word] ?? [0.01, 0.01, 0.01, 0.01]);
}

/** Token vectors of the words, padding as zeros: [batch, tokens, 4]. */
function tokenVectors(graph: GraphBuilder, ids: Handle, mask: Handle, tokenizer: TinyTokenizer): Handle {
  const table = graph.floats(tokenTable(tokenizer), [tokenizer.ids.size, 4]);
  const vectors = graph.add('Gather', [table, ids], { axis: 0 });
  const weights = graph.add('Unsqueeze', [graph.add('Cast', [mask], { to: 1 }), graph.integers([2])]);
  return graph.add('Mul', [vectors, weights]);
}

function textGraph(tokenizer: TinyTokenizer, pooled: boolean): Uint8Array {
  const graph = new GraphBuilder('text');
  const ids = graph.input('input_ids', 'int64', ['batch', 'tokens']);
  const mask = graph.input('attention_mask', 'int64', ['batch', 'tokens']);
  const vectors = tokenVectors(graph, ids, mask, tokenizer);
  if (pooled)
    graph.output('text_embeds', graph.add('ReduceSum', [vectors, graph.integers([1])], { keepdims: 0 }), 'float32', [
      'batch',
      4,
    ]);
  else graph.output('last_hidden_state', vectors, 'float32', ['batch', 'tokens', 4]);
  return graph.encode();
}

/** Mean colour of a picture as a vector; a fourth value keeps black from being nothing. */
function meanColour(graph: GraphBuilder, pixels: Handle): Handle {
  const means = graph.add('Flatten', [graph.add('GlobalAveragePool', [pixels])], { axis: 1 });
  const spread = graph.floats([1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0], [3, 4]);
  return graph.add('Add', [graph.add('MatMul', [means, spread]), graph.floats([0, 0, 0, 1e-3])]);
}

function imageGraph(side: number): Uint8Array {
  const graph = new GraphBuilder('image');
  const pixels = graph.input('pixel_values', 'float32', ['batch', 3, side, side]);
  graph.output('image_embeds', meanColour(graph, pixels), 'float32', ['batch', 4]);
  return graph.encode();
}

const textTower = {
  file: 'text_model.onnx',
  tokenizer: { folder: 'tokenizer', maxLength: 8 },
  inputs: [
    { name: 'input_ids', source: 'token-ids' as const },
    { name: 'attention_mask', source: 'attention-mask' as const },
  ],
  output: { name: 'text_embeds', shape: ['batch', 4] },
};

const imageTower = {
  file: 'vision_model.onnx',
  input: { name: 'pixel_values', type: 'float32' as const, shape: ['batch', 3, 16, 16] },
  output: { name: 'image_embeds', shape: ['batch', 4] },
  preprocessing: { width: 16, height: 16, fit: 'cover' as const },
};

function inFolder(folder: string, files: Record<string, string>): Record<string, string> {
  return Object.fromEntries(Object.entries(files).map(([name, text]) => [`${folder}/${name}`, text]));
}

/** A text–image model with the signature of CLIP (two files): words of colour and pictures of colour share a space. */
export function tinyClip(version = '1.0.0'): TinyModel {
  const tokenizer = tinyTextTokenizer();
  return {
    manifest: {
      manifestVersion: 1,
      name: 'tiny-clip',
      version,
      title: 'Tiny CLIP',
      task: 'text-image-embedding',
      embedding: { dimensions: 4, space: 'meaning' },
      image: imageTower,
      text: textTower,
      languages: ['en'],
      licence,
    },
    files: {
      'text_model.onnx': textGraph(tokenizer, true),
      'vision_model.onnx': imageGraph(16),
      ...inFolder('tokenizer', tokenizer.files),
    },
  };
}

/** The same towers in one file that asks for text and pictures at once, as some CLIP exports do. */
export function tinyClipInOneFile(): TinyModel {
  const tokenizer = tinyTextTokenizer();
  const graph = new GraphBuilder('clip');
  const ids = graph.input('input_ids', 'int64', ['texts', 'tokens']);
  const mask = graph.input('attention_mask', 'int64', ['texts', 'tokens']);
  const pixels = graph.input('pixel_values', 'float32', ['pictures', 3, 16, 16]);
  const vectors = tokenVectors(graph, ids, mask, tokenizer);
  const text = graph.add('ReduceSum', [vectors, graph.integers([1])], { keepdims: 0 });
  graph.output('text_embeds', text, 'float32', ['texts', 4]);
  graph.output('image_embeds', meanColour(graph, pixels), 'float32', ['pictures', 4]);
  const base = tinyClip();
  const one = (name: string) => ({ name, type: 'int64' as const, shape: [1, 2], fill: 1 });
  return {
    manifest: {
      ...base.manifest,
      name: 'tiny-clip-in-one-file',
      image: { ...imageTower, file: 'model.onnx', constantInputs: [one('input_ids'), one('attention_mask')] },
      text: {
        ...textTower,
        file: 'model.onnx',
        constantInputs: [{ name: 'pixel_values', type: 'float32', shape: [1, 3, 16, 16] }],
      },
    },
    files: { 'model.onnx': graph.encode(), ...inFolder('tokenizer', tokenizer.files) },
  };
}

/** A sentence encoder with the signature of the MiniLM and E5 families: a row per token, mean over the real ones, prompts. */
export function tinySentenceEncoder(): TinyModel {
  const tokenizer = tinyTextTokenizer();
  return {
    manifest: {
      manifestVersion: 1,
      name: 'tiny-sentences',
      version: '1.0.0',
      title: 'Tiny sentence encoder',
      task: 'sentence-embedding',
      embedding: { dimensions: 4, space: 'sentences' },
      text: {
        ...textTower,
        file: 'model.onnx',
        tokenizer: { folder: '.', maxLength: 8, prompt: { query: 'query: ', document: 'passage: ' } },
        output: { name: 'last_hidden_state', shape: ['batch', 'tokens', 4], pooling: 'mean' },
      },
      licence,
    },
    files: { 'model.onnx': textGraph(tokenizer, false), ...tokenizer.files },
  };
}
