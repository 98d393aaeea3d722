import { createHash } from 'node:crypto';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import sharp, { type Sharp } from 'sharp';
import { beforeAll, expect, test } from 'vitest';
import { parseModelManifest } from '../domain/model-manifest.schema.ts';
import { drawPicture } from './drawn-picture.ts';
import { expectedValues } from './expected-values.ts';
import { measureExpectedValues } from './measure-expected-values.ts';
import { buildVisualDescriptor, descriptorSide } from './visual-descriptor.graph.ts';
import { descriptorSha256, visualDescriptorManifest, writeVisualDescriptor } from './write-visual-descriptor.ts';

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
    0: -0.028696,
    5: -0.018342,
    40: 0.018316,
    90: 0.050514,
    127: -0.004614,
    150: -0.045306,
    200: -0.026765,
    260: 0.03189,
    340: 0.110853,
    383: -0.006666,
    400: -0.069944,
    430: -0.026934,
    460: -0.040231,
    511: -0.037279,
  };
  for (const [index, value] of Object.entries(golden)) expect(vector?.[Number(index)]).toBeCloseTo(value, 4);
});

test('every picture has a vector of length 1, also one without any content', async () => {
  const plain = [0, 128, 255].map((grey) => picture(() => [grey, grey, grey]));
  for (const vector of await describe(...plain, picture(page))) expect(Math.hypot(...vector)).toBeCloseTo(1, 4);
});

/** A photograph stands in for none that could be kept here: things of many sizes over a graded ground. */
const scene = drawPicture(7);
const edit = (change: (picture: Sharp) => Sharp) =>
  change(sharp(scene, { raw: { width: descriptorSide, height: descriptorSide, channels: 3 } }).png());
const size = descriptorSide;

async function altered(change: (picture: Sharp) => Sharp): Promise<Uint8Array> {
  const file = await edit(change).toBuffer();
  return sharp(file).resize(size, size, { fit: 'fill' }).removeAlpha().raw().toBuffer();
}

test.each<[string, (picture: Sharp) => Sharp, number]>([
  ['cropped by a tenth', (one) => one.extract({ left: 6, top: 6, width: size - 13, height: size - 13 }), 0.9],
  ['cropped by a tenth at one corner', (one) => one.extract({ left: 0, top: 0, width: size - 13, height: size - 13 }), 0.9],
  ['lit by a quarter more', (one) => one.modulate({ brightness: 1.25 }), 0.8],
  ['lit by a quarter less', (one) => one.modulate({ brightness: 0.75 }), 0.8],
  ['saved as a JPEG of quality 40', (one) => one.jpeg({ quality: 40 }), 0.97],
  ['made half as large', (one) => one.resize(size / 2), 0.9],
  ['mirrored', (one) => one.flop(), 0.9999],
])('a copy that was %s is still called alike, and is nearer than any other picture', async (_, change, least) => {
  const others = Array.from({ length: 40 }, (__, seed) => drawPicture(100 + seed));
  const [original, copy, ...strangers] = await describe(scene, await altered(change), ...others);
  const nearest = Math.max(...strangers.map((stranger) => cosine(original, stranger)));
  expect(cosine(original, copy)).toBeGreaterThan(least);
  expect(cosine(original, copy)).toBeGreaterThan(nearest);
});

const alike = visualDescriptorManifest(new Uint8Array()).embedding?.alike;

test('two landscapes are alike, and a page of writing is not like them', async () => {
  const [original, other, paper] = await describe(picture(landscape(64)), picture(landscape(80)), picture(page));
  expect(cosine(original, other)).toBeGreaterThan(alike?.sure ?? 1);
  expect(cosine(original, paper)).toBeLessThan(alike?.least ?? 0);
});

test('the parts tell colours from shapes: the same scene in other colours has like shapes only', async () => {
  const recoloured = scene.map((_, at) => (at % 3 === 2 ? (scene[at - 2] ?? 0) : (scene[at + 1] ?? 0)));
  const vectors = await describe(scene, Uint8Array.from(recoloured));
  const told = (alike?.parts ?? []).filter(({ from, to, least }) => {
    const [one, two] = vectors.map((vector) => vector.slice(from, to));
    return cosine(one, two) / (Math.hypot(...(one ?? [])) * Math.hypot(...(two ?? []))) >= least;
  });
  expect(told.map(({ name }) => name)).toEqual(['shapes']);
});

test('pictures that have nothing to do with each other are about 0, seldom called alike', async () => {
  const vectors = await describe(...Array.from({ length: 60 }, (_, seed) => drawPicture(1000 + seed)));
  const cosines = vectors.flatMap((one, index) => vectors.slice(index + 1).map((other) => cosine(one, other)));
  expect(cosines.reduce((sum, value) => sum + value, 0) / cosines.length).toBeCloseTo(0, 1);
  expect(cosines.filter((value) => value > 0.75).length / cosines.length).toBeLessThan(0.03);
});

test('what any picture has is measured on drawn pictures, as written down', async () => {
  const measured = await measureExpectedValues();
  const furthest = Math.max(...measured.map((value, index) => Math.abs(value - (expectedValues[index] ?? 9))));
  expect(furthest).toBeLessThan(0.0025);
});

test('a picture is described the same alone and in company', async () => {
  const [alone] = await describe(picture(page));
  const [, together] = await describe(picture(landscape(30)), picture(page));
  expect(cosine(alone, together)).toBeGreaterThan(0.99999);
});
