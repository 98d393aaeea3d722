import { createHash } from 'node:crypto';
import { cp, mkdtemp, readdir, readFile, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { writeVisualDescriptor } from '#intelligence';
import type { HoldfastError } from '#kernel';
import { importModel } from '../../../libs/intelligence/src/importing/import-model.ts';
import { GraphBuilder } from '../../../libs/intelligence/src/onnx/index.ts';
import { MemoryModelCatalogue } from '../../../libs/intelligence/src/testing/memory-model-catalogue.ts';
import { type TinyModel, tinyClip } from '../../../libs/intelligence/src/testing/tiny-embedding-models.ts';
import { writeTinyModel } from '../../../libs/intelligence/src/testing/write-tiny-model.ts';

let work: string;
let shelf: { folder: string; catalogue: MemoryModelCatalogue };
beforeEach(async () => {
  work = await mkdtemp(join(tmpdir(), 'holdfast-import-'));
  shelf = { folder: join(work, 'models'), catalogue: new MemoryModelCatalogue() };
});
afterEach(() => rm(work, { recursive: true }));

async function folderOf(model: TinyModel): Promise<string> {
  const folder = join(work, `from-${Math.random()}`);
  const made = await writeTinyModel(model);
  await rename(made.folder, folder);
  return folder;
}

async function refusal(folder: string): Promise<HoldfastError> {
  const error = await importModel(folder, shelf).then(
    () => undefined,
    (thrown: HoldfastError) => thrown,
  );
  expect(await shelf.catalogue.list()).toEqual([]);
  const left = await readdir(shelf.folder, { recursive: true }).catch(() => []);
  expect(left.filter((name) => name !== '.staging')).toEqual([]);
  return error as HoldfastError;
}

/** Changes model.json; hashes and sizes are made right again unless told. */
async function change(folder: string, edit: (manifest: Record<string, never>) => void): Promise<void> {
  const path = join(folder, 'model.json');
  const manifest = JSON.parse(await readFile(path, 'utf8'));
  edit(manifest);
  await writeFile(path, JSON.stringify(manifest));
}

async function replaceFile(folder: string, path: string, bytes: Uint8Array): Promise<void> {
  await writeFile(join(folder, path), bytes);
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  await change(folder, (manifest) => {
    const files = (manifest as unknown as { files: { path: string }[] }).files;
    Object.assign(files.find((file) => file.path === path) ?? {}, { bytes: bytes.byteLength, sha256 });
  });
}

test('a model is imported to a place of its own, disabled, complete', async () => {
  const record = await importModel(await folderOf(tinyClip()), shelf);
  expect(record).toMatchObject({ name: 'tiny-clip', version: '1.0.0', task: 'text-image-embedding', enabled: false });
  expect(record.folder).toBe(join(shelf.folder, 'tiny-clip', '1.0.0'));
  expect((await readdir(record.folder, { recursive: true })).sort()).toEqual([
    'model.json',
    'text_model.onnx',
    'tokenizer',
    'tokenizer/tokenizer.json',
    'tokenizer/tokenizer_config.json',
    'vision_model.onnx',
  ]);
});

test('the shipped visual descriptor is imported as any other', async () => {
  await writeVisualDescriptor(join(work, 'shipped'));
  expect(await importModel(join(work, 'shipped'), shelf)).toMatchObject({ task: 'visual-descriptor' });
});

test('versions live side by side; the same one again is the same one; another one by the same name is refused', async () => {
  const [one, two] = [await folderOf(tinyClip('1.0.0')), await folderOf(tinyClip('1.1.0'))];
  const first = await importModel(one, shelf);
  await importModel(two, shelf);
  expect((await importModel(one, shelf)).id).toBe(first.id);
  expect((await shelf.catalogue.list()).map(({ version }) => version)).toEqual(['1.1.0', '1.0.0']);
  await change(one, (manifest) => Object.assign(manifest, { title: 'Changed' }));
  await expect(importModel(one, shelf)).rejects.toMatchObject({ code: 'MODEL_VERSION_EXISTS', kind: 'conflict' });
});

test('files that a crash left without a record give way', async () => {
  const from = await folderOf(tinyClip());
  const abandoned = join(shelf.folder, 'tiny-clip', '1.0.0');
  await cp(from, abandoned, { recursive: true });
  await writeFile(join(abandoned, 'model.json'), '{}');
  const record = await importModel(from, shelf);
  expect(await readFile(join(record.folder, 'model.json'), 'utf8')).toContain('Tiny CLIP');
});

test('a folder without a description, and no folder at all, are refused', async () => {
  expect((await refusal(join(work, 'nowhere'))).code).toBe('MODEL_FILE_MISSING');
  expect((await refusal(work)).message).toContain('lacks model.json');
});

test('a missing file is named', async () => {
  const folder = await folderOf(tinyClip());
  await rm(join(folder, 'vision_model.onnx'));
  expect(await refusal(folder)).toMatchObject({ code: 'MODEL_FILE_MISSING', values: { path: 'vision_model.onnx' } });
});

test('one changed byte, and one missing byte, are noticed', async () => {
  const folder = await folderOf(tinyClip());
  const path = join(folder, 'vision_model.onnx');
  const bytes = await readFile(path);
  bytes[40] = (bytes[40] ?? 0) ^ 1;
  await writeFile(path, bytes);
  expect((await refusal(folder)).message).toMatch(/vision_model.onnx is not the file .*SHA-256 is/);
  await writeFile(path, bytes.subarray(1));
  expect((await refusal(folder)).message).toMatch(/it has \d+ bytes, not \d+/);
});

test('symbolic links are refused: as a file, as a folder on the way, and as the description', async () => {
  const folder = await folderOf(tinyClip());
  const elsewhere = await folderOf(tinyClip());
  await rm(join(folder, 'vision_model.onnx'));
  await symlink(join(elsewhere, 'vision_model.onnx'), join(folder, 'vision_model.onnx'));
  expect((await refusal(folder)).message).toContain('vision_model.onnx is a symbolic link');

  const other = await folderOf(tinyClip());
  await rm(join(other, 'tokenizer'), { recursive: true });
  await symlink(join(elsewhere, 'tokenizer'), join(other, 'tokenizer'));
  expect((await refusal(other)).message).toContain('tokenizer is not a plain folder');

  await rm(join(elsewhere, 'model.json'));
  await symlink('/etc/passwd', join(elsewhere, 'model.json'));
  expect((await refusal(elsewhere)).code).toBe('MODEL_FILE_UNSAFE');
});

test('a path that leads out of the folder is refused', async () => {
  const folder = await folderOf(tinyClip());
  await change(folder, (manifest) => {
    (manifest as unknown as { files: object[] }).files.push({ path: '../../etc/passwd', bytes: 1, sha256: 'a'.repeat(64) });
  });
  expect((await refusal(folder)).code).toBe('MODEL_MANIFEST_INVALID');
});

test('a file that is no graph, and a graph with an operator that nobody knows, are refused in the words of the runtime', async () => {
  const folder = await folderOf(tinyClip());
  await replaceFile(folder, 'vision_model.onnx', Buffer.from('not a graph at all'));
  expect(await refusal(folder)).toMatchObject({ code: 'MODEL_DOES_NOT_RUN', values: { reason: 'MODEL_FILE_UNLOADABLE' } });

  const graph = new GraphBuilder('odd');
  const pixels = graph.input('pixel_values', 'float32', ['batch', 3, 16, 16]);
  graph.output('image_embeds', graph.add('TeleportPixels', [pixels]), 'float32', ['batch', 4]);
  await replaceFile(folder, 'vision_model.onnx', graph.encode());
  expect((await refusal(folder)).message).toContain('TeleportPixels');
});

test('a tensor that the graph does not have is named, with those that it has', async () => {
  const folder = await folderOf(tinyClip());
  await change(folder, (manifest) => {
    (manifest as unknown as { image: { output: { name: string } } }).image.output.name = 'pooler_output';
  });
  expect((await refusal(folder)).message).toMatch(
    /has no output pooler_output\. It has inputs pixel_values and outputs image_embeds/,
  );
});

test('an input that the description forgets is named', async () => {
  const folder = await folderOf(tinyClip());
  await change(folder, (manifest) => {
    (manifest as unknown as { text: { inputs: unknown[] } }).text.inputs.pop();
  });
  expect((await refusal(folder)).message).toContain('also asks for attention_mask');
});

test('vectors of another length than described are noticed by trying', async () => {
  const folder = await folderOf(tinyClip());
  await change(folder, (manifest) => {
    (manifest as unknown as { embedding: { dimensions: number } }).embedding.dimensions = 512;
  });
  expect((await refusal(folder)).message).toMatch(/answers \[1, 4\] for one item; model\.json says 512 values each/);
});

test('a tokenizer that does not load is refused', async () => {
  const folder = await folderOf(tinyClip());
  await replaceFile(folder, 'tokenizer/tokenizer.json', Buffer.from('{}'));
  expect(await refusal(folder)).toMatchObject({ values: { reason: 'MODEL_TOKENIZER_UNLOADABLE' } });
});
