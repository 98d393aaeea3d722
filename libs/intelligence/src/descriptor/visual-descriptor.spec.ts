import { createHash } from 'node:crypto';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { beforeAll, expect, test } from 'vitest';
import { parseModelManifest } from '../domain/model-manifest.schema.ts';
import { buildVisualDescriptor, descriptorSide } from './visual-descriptor.graph.ts';
import { descriptorSha256, writeVisualDescriptor } from './write-visual-descriptor.ts';

type Paint = (x: number, y: number) => [red: number, green: number, blue: number];

let session: InferenceSession;
beforeAll(async () => {
  session = await InferenceSession.create(Buffer.from(buildVisualDescriptor()));
});

function picture(paint: Paint): Uint8Array {
  const bytes = new Uint8Array(descriptorSide * descriptorSide * 3);
  for (let y = 0; y < descriptorSide; y++)
    for (let x = 0; x < descriptorSide; x++)
      bytes.set(
        paint(x, y).map((value) => Math.max(0, Math.min(255, value))),
        (y * descriptorSide + x) * 3,
      );
  return bytes;
}

async function describe(...pictures: Uint8Array[]): Promise<Float32Array[]> {
  const image = new Tensor('uint8', Buffer.concat(pictures), [pictures.length, descriptorSide, descriptorSide, 3]);
  const { descriptor } = await session.run({ image });
  const values = descriptor?.data as Float32Array;
  return pictures.map((_, index) => values.slice(index * 512, (index + 1) * 512));
}

function cosine(a: Float32Array | undefined, b: Float32Array | undefined): number {
  return Array.from(a ?? []).reduce((sum, value, index) => sum + value * (b?.[index] ?? 0), 0);
}

/** A blue sky over a green meadow with some grain: a landscape. */
const landscape =
  (horizon: number, light = 1): Paint =>
  (x, y) => {
    const grain = ((x * 31 + y * 17) % 23) - 11;
    return y < horizon ? [90 * light, 150 * light, 235 * light] : [70 * light + grain, 140 * light + grain * 2, 50 * light];
  };
/** Black lines on white paper. */
const page: Paint = (x, y) => (y % 8 < 3 && (x * 7 + y) % 11 < 6 && x > 10 && x < 118 ? [20, 20, 20] : [250, 250, 248]);

test('the graph is the same bytes on every machine', () => {
  expect(createHash('sha256').update(buildVisualDescriptor()).digest('hex')).toBe(descriptorSha256);
});

test('the model folder describes itself and lists its file', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'holdfast-descriptor-'));
  await writeVisualDescriptor(folder);
  const manifest = parseModelManifest(await readFile(join(folder, 'model.json'), 'utf8'), folder);
  expect(manifest.files).toMatchObject([{ path: 'model.onnx', sha256: descriptorSha256 }]);
  await rm(folder, { recursive: true });
});

test('a known picture gives the known vector', async () => {
  const [vector] = await describe(picture(landscape(64)));
  const golden = {
    0: -0.026785,
    5: -0.02652,
    70: -0.027918,
    150: 0.115459,
    200: 0.068142,
    230: -0.03257,
    260: 0.011562,
    340: -0.027864,
    360: -0.003968,
    430: -0.020113,
    511: 0.048188,
  };
  for (const [index, value] of Object.entries(golden)) expect(vector?.[Number(index)]).toBeCloseTo(value, 4);
});

test('every picture has a vector of length 1, also one without any content', async () => {
  const plain = [0, 128, 255].map((grey) => picture(() => [grey, grey, grey]));
  for (const vector of await describe(...plain, picture(page))) expect(Math.hypot(...vector)).toBeCloseTo(1, 4);
});

test('a darker or shifted copy is nearer than another picture, and two landscapes are nearer than a landscape and a page', async () => {
  const [original, darker, shifted, other, paper] = await describe(
    picture(landscape(64)),
    picture(landscape(64, 0.8)),
    picture(landscape(58)),
    picture((x, y) => landscape(90)(y, x)),
    picture(page),
  );
  expect(cosine(original, darker)).toBeGreaterThan(0.75);
  expect(cosine(original, shifted)).toBeGreaterThan(0.9);
  expect(cosine(original, darker)).toBeGreaterThan(cosine(original, other) + 0.1);
  expect(cosine(original, other)).toBeGreaterThan(cosine(original, paper) + 0.1);
});

test('a picture is described the same alone and in company', async () => {
  const [alone] = await describe(picture(page));
  const [, together] = await describe(picture(landscape(30)), picture(page));
  expect(cosine(alone, together)).toBeGreaterThan(0.99999);
});
