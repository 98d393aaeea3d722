import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { buildVisualDescriptor, InferenceHost, parseModelManifest, writeVisualDescriptor } from '#intelligence';
import { GraphBuilder } from '../../libs/intelligence/src/onnx/index.ts';
import { type TinyModel, tinyClip } from '../../libs/intelligence/src/testing/tiny-embedding-models.ts';
import { writeTinyModel } from '../../libs/intelligence/src/testing/write-tiny-model.ts';
import { compare, percentile, type Row } from './harness.ts';

const batchSize = 32;
const settings = { batchSize, batchWindowMs: 100, threads: 1 };
const rawOptions = {
  intraOpNumThreads: 1,
  interOpNumThreads: 1,
  extra: { session: { intra_op: { allow_spinning: '0' } } },
};

/** Inference in a walled-off child, batching and transfer included, against ONNX Runtime called directly on ready tensors. */
export async function run(): Promise<Row[]> {
  return [...(await descriptorRate()), ...(await encoderRate()), await queryLatency()];
}

async function descriptorRate(): Promise<Row[]> {
  const folder = join(await mkdtemp(join(tmpdir(), 'holdfast-bench-')), 'model');
  await writeVisualDescriptor(folder);
  const manifest = parseModelManifest(await readFile(join(folder, 'model.json'), 'utf8'), folder);
  const session = await InferenceSession.create(Buffer.from(buildVisualDescriptor()), rawOptions);
  const pictures = noisePictures(10 * batchSize, 128);
  const batch = Buffer.concat(pictures.slice(0, batchSize));
  return imageRate('visual descriptor, 128×128', { folder, manifest, pictures }, async () => {
    await session.run({ image: new Tensor('uint8', batch, [batchSize, 128, 128, 3]) });
  });
}

/** A stand-in for the picture part of CLIP: 224×224 floats in, matrices of its size, a tenth of its depth. */
async function encoderRate(): Promise<Row[]> {
  const { folder, manifest } = await writeTinyModel(encoderModel());
  const session = await InferenceSession.create(join(folder, 'model.onnx'), rawOptions);
  const values = new Float32Array(batchSize * 3 * 224 * 224).fill(0.1);
  const pictures = noisePictures(3 * batchSize, 224);
  return imageRate('picture encoder, 224×224', { folder, manifest, pictures }, async () => {
    await session.run({ pixel_values: new Tensor('float32', values, [batchSize, 3, 224, 224]) });
  });
}

interface Prepared {
  folder: string;
  manifest: ReturnType<typeof parseModelManifest>;
  pictures: Uint8Array[];
}

/** Pictures per second, and per second of processor time: the second is what a busy machine measures reliably. */
async function imageRate(
  what: string,
  { folder, manifest, pictures }: Prepared,
  runRawBatch: () => Promise<void>,
): Promise<Row[]> {
  const host = new InferenceHost(async (id) => ({ id, manifest, folder }), settings);
  const ours = async () => (await host.embedImages('model', pictures)).cpuMs;
  const raw = async () => {
    for (let done = 0; done < pictures.length; done += batchSize) await runRawBatch();
    return 0;
  };
  const perSecond = async (work: () => Promise<number>) => {
    const started = performance.now();
    await work();
    return (pictures.length * 1000) / (performance.now() - started);
  };
  const perCpuSecond = async (work: () => Promise<number>) => {
    const before = process.cpuUsage();
    const childMs = await work();
    const { user, system } = process.cpuUsage(before);
    return (pictures.length * 1000) / (childMs + (user + system) / 1000);
  };
  const rows = [
    await compare({
      what: `inference: ${what}`,
      unit: 'pictures/s',
      goal: { atLeast: 0.9 },
      ours: () => perSecond(ours),
      raw: () => perSecond(raw),
    }),
    await compare({
      what: `inference: ${what}, both processes`,
      unit: 'pictures/CPU-s',
      goal: { atLeast: 0.9 },
      ours: () => perCpuSecond(ours),
      raw: () => perCpuSecond(raw),
    }),
  ];
  await host.close();
  await rm(folder, { recursive: true });
  return rows;
}

/** How long a query waits for its vector while pictures keep the model busy: the slowest in a hundred. */
async function queryLatency(): Promise<Row> {
  const { folder, manifest } = await writeTinyModel(tinyClip());
  const host = new InferenceHost(async (id) => ({ id, manifest, folder }), settings);
  await host.warm('clip');
  await host.embedTexts('clip', ['red'], { lane: 'bulk' });
  const ask = async (count: number) => {
    const waits: number[] = [];
    for (let index = 0; index < count; index++) {
      const started = performance.now();
      await host.embedTexts('clip', [`a red photograph ${index}`], { lane: 'interactive' });
      waits.push(performance.now() - started);
    }
    return percentile(waits, 0.99);
  };
  let busy = true;
  const bulk = (async () => {
    const texts = Array.from({ length: 320 }, (_, index) => `document ${index} ${'blue '.repeat(60)}`);
    while (busy) await host.embedTexts('clip', texts, { lane: 'bulk' });
  })();
  const ours = await ask(400);
  busy = false;
  await bulk;
  const raw = await ask(400);
  await host.close();
  await rm(folder, { recursive: true });
  const what = 'inference: query vector, p99 beside bulk work (raw: idle)';
  return { what, ours, raw, unit: 'ms', ratio: ours / raw, spread: 0, goal: '≤ 100 ms', reached: ours <= 100 };
}

function encoderModel(): TinyModel {
  const graph = new GraphBuilder('encoder');
  const pixels = graph.input('pixel_values', 'float32', ['batch', 3, 224, 224]);
  const weights = (rows: number, columns: number) =>
    graph.floats(
      Array.from({ length: rows * columns }, (_, index) => Math.sin(index) / 50),
      [rows, columns],
    );
  const kernel = graph.floats(
    Array.from({ length: 768 * 3 * 32 * 32 }, (_, index) => Math.sin(index) / 50),
    [768, 3, 32, 32],
  );
  const patches = graph.add('Conv', [pixels, kernel], { strides: [32, 32], kernel_shape: [32, 32] });
  let tokens = graph.add('Transpose', [graph.add('Reshape', [patches, graph.integers([0, 768, -1])])], { perm: [0, 2, 1] });
  for (let layer = 0; layer < 2; layer++) {
    const wide = graph.add('Relu', [graph.add('MatMul', [tokens, weights(768, 3072)])]);
    tokens = graph.add('Add', [tokens, graph.add('MatMul', [wide, weights(3072, 768)])]);
  }
  const mean = graph.add('ReduceMean', [tokens], { axes: [1], keepdims: 0 });
  graph.output('image_embeds', graph.add('MatMul', [mean, weights(768, 512)]), 'float32', ['batch', 512]);
  return {
    manifest: {
      manifestVersion: 1,
      name: 'bench-encoder',
      version: '1.0.0',
      title: 'Picture encoder of the benchmark',
      task: 'image-embedding',
      embedding: { dimensions: 512, space: 'bench' },
      image: {
        file: 'model.onnx',
        input: { name: 'pixel_values', type: 'float32', shape: ['batch', 3, 224, 224] },
        output: { name: 'image_embeds', shape: ['batch', 512] },
        preprocessing: { width: 224, height: 224, fit: 'cover', mean: [0.48, 0.46, 0.41], std: [0.27, 0.26, 0.28] },
      },
      licence: { spdx: 'Apache-2.0', source: 'Made by the benchmark.' },
    },
    files: { 'model.onnx': graph.encode() },
  };
}

function noisePictures(count: number, side: number): Uint8Array[] {
  return Array.from({ length: count }, (_, picture) =>
    Uint8Array.from({ length: side * side * 3 }, (_, index) => (index * 7 + picture * 13) % 251),
  );
}
