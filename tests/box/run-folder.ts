import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { boxDisks } from './machine/disks.ts';
import { seenAt, type Tools } from './machine/tools.ts';

/** A short path for sockets and consoles: the kernel takes no socket with a long one. */
export function makeRunFolder(): string {
  return mkdtempSync(join(tmpdir(), 'holdfast-box-'));
}

/** The images of a box and what its changes are written to. */
export interface Overlays {
  images: Record<string, { file: string; format: 'qcow2' }>;
  remove(): void;
}

/** New, empty layers over the disks of an image: what the machine writes goes there, and the image stays as it is. */
export async function makeOverlays(tools: Tools, imageName: string): Promise<Overlays> {
  mkdirSync(join(tools.box, 'runs'), { recursive: true });
  const folder = mkdtempSync(join(tools.box, 'runs', 'run-'));
  const seen = folder.replace(tools.box, seenAt.box);
  const images: Overlays['images'] = {};
  for (const { name } of boxDisks) {
    const file = join(seen, `${name}.qcow2`);
    const base = join(seenAt.box, 'images', imageName, `${name}.img`);
    await tools.call('qemu-img', 'create', '-q', '-f', 'qcow2', '-b', base, '-F', 'raw', file);
    images[name] = { file, format: 'qcow2' };
  }
  return { images, remove: () => rmSync(folder, { recursive: true, force: true }) };
}

const oldMs = 24 * 3_600_000;

/** Removes layers of runs that were killed: those that nothing has written to for a day. */
export function removeOldOverlays(box: string): void {
  const runs = join(box, 'runs');
  if (!existsSync(runs)) return;
  for (const name of readdirSync(runs, { withFileTypes: true }).map((entry) => entry.name)) {
    const newest = Math.max(...readdirSync(join(runs, name)).map((file) => statSync(join(runs, name, file)).mtimeMs), 0);
    if (Date.now() - newest > oldMs) rmSync(join(runs, name), { recursive: true, force: true });
  }
}
