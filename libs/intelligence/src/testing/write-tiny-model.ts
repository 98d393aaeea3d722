import { createHash } from 'node:crypto';
import { chmod, mkdir, mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { type ModelManifest, parseModelManifest } from '../domain/model-manifest.schema.ts';
import type { TinyModel } from './tiny-embedding-models.ts';

/** Writes a model as a folder that can be imported, in a new temporary folder unless one is given. */
export async function writeTinyModel(model: TinyModel, at?: string): Promise<{ folder: string; manifest: ModelManifest }> {
  const folder = at ?? (await mkdtemp(join(tmpdir(), 'holdfast-model-')));
  // Model processes of root run as nobody.
  await chmod(folder, 0o755);
  const files = [];
  for (const [path, content] of Object.entries(model.files)) {
    const bytes = Buffer.from(content as string);
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), bytes);
    files.push({ path, bytes: bytes.byteLength, sha256: createHash('sha256').update(bytes).digest('hex') });
  }
  const text = JSON.stringify({ ...model.manifest, files }, null, 2);
  await writeFile(join(folder, 'model.json'), text);
  return { folder, manifest: parseModelManifest(text, folder) };
}
