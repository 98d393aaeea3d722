import { expect, test } from 'vitest';
import { visualDescriptorManifest } from '../descriptor/write-visual-descriptor.ts';
import { type ModelManifest, parseModelManifest } from './model-manifest.schema.ts';
import { affectedSteps, modelRole } from './model-role.ts';
import { tensorSpecs } from './tensor-spec.ts';

const good = visualDescriptorManifest(new Uint8Array(3)) as Record<string, unknown>;

function refusal(change: Record<string, unknown>): string {
  try {
    parseModelManifest(JSON.stringify({ ...good, ...change }), 'model.json');
  } catch (error) {
    return (error as Error).message;
  }
  return 'accepted';
}

const file = (path: string) => ({ path, bytes: 1, sha256: 'a'.repeat(64) });

const part = (from: number, to: number) => ({ name: 'colours', from, to, least: 0.5 });
const embeddingWith = (change: object) => ({
  ...(good.embedding as object),
  alike: { least: 0.5, sure: 0.9, parts: [], ...change },
});

test('a good description is taken, with its defaults', () => {
  const manifest = parseModelManifest(JSON.stringify(good), 'model.json');
  expect(manifest.image?.preprocessing).toMatchObject({ channelOrder: 'RGB', mean: [0, 0, 0], std: [1, 1, 1] });
});

test.each([
  ['../../etc/passwd'],
  ['/etc/passwd'],
  ['a/../b.onnx'],
  ['a//b.onnx'],
  ['.hidden'],
  ['a\\b.onnx'],
  ['a\u0000b.onnx'],
  ['a b\n.onnx'],
])('a file named %j is refused', (path) => {
  expect(refusal({ files: [...(good.files as object[]), file(path)] })).toContain('a relative path inside the model folder');
});

test.each<[string, Record<string, unknown>, string]>([
  ['no semantic version', { version: 'latest' }, 'version: a semantic version such as 1.0.0'],
  ['a name with a slash', { name: 'a/b' }, 'name: lower-case letters'],
  ['a task without its part', { task: 'text-image-embedding' }, 'text: a text-image-embedding model must describe it'],
  ['a file used but not listed', { files: [file('other.onnx')] }, 'image.file: model.onnx is not listed under files'],
  ['a file listed twice', { files: [file('model.onnx'), file('model.onnx')] }, 'files: a file is listed twice'],
  ['a value that nobody knows', { colour: 'red' }, 'colour'],
  [
    'a part beyond the vector',
    { embedding: embeddingWith({ parts: [part(500, 600)] }) },
    'values 500 to 600 are no part of the vector',
  ],
  ['a part of nothing', { embedding: embeddingWith({ parts: [part(9, 9)] }) }, 'values 9 to 9 are no part of the vector'],
  ['a sure likeness below the least', { embedding: embeddingWith({ sure: 0.1 }) }, 'least must not be above sure'],
  ['a hash that is none', { files: [{ ...file('model.onnx'), sha256: 'beef' }] }, 'a SHA-256 in 64 lower-case hex digits'],
])('%s is refused by name', (_, change, message) => {
  expect(refusal(change)).toContain(message);
});

test('what is not JSON is refused', () => {
  expect(() => parseModelManifest('{"name":', 'here/model.json')).toThrow(
    'here/model.json does not describe a model: it is not JSON',
  );
});

test('versions of one model fill the same place; models for other spaces do not', () => {
  const at = (space: string) => ({ task: 'sentence-embedding', embedding: { space } }) as ModelManifest;
  expect(modelRole(at('english'))).toBe(modelRole(at('english')));
  expect(modelRole(at('english'))).not.toBe(modelRole(at('german')));
  expect(modelRole({ task: 'speech-to-text' } as ModelManifest)).toBe('speech-to-text');
});

test('enabling a speech model has only recordings heard again', () => {
  expect(affectedSteps({ task: 'speech-to-text' })).toEqual({ steps: ['text'], kinds: ['video', 'audio'] });
});

test('models that ask for the same rendering share it', () => {
  const asking = (width: number, fit: string) => ({
    manifest: { image: { preprocessing: { width, height: width, fit } } } as ModelManifest,
  });
  const specs = tensorSpecs([asking(224, 'cover'), asking(128, 'fill'), asking(224, 'cover'), asking(224, 'fill')]);
  expect(specs.map((spec) => spec.id)).toEqual(['rgb-224x224-cover', 'rgb-128x128-fill', 'rgb-224x224-fill']);
});
