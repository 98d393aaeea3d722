import { execFile } from 'node:child_process';
import { constants } from 'node:fs';
import { access, mkdir, open, readdir, readFile, realpath, stat, statfs } from 'node:fs/promises';
import { join } from 'node:path';
import { alignedMemory } from '../aligned-memory.ts';
import { syncFolder } from '../durable-folders.adapter.ts';
import { FolderOwner } from '../folder-owner.adapter.ts';
import { type Mount, mountOf, parseMountTable } from './domain/mount-table.ts';
import type { TierRoom } from './domain/tier.ts';
import { formatMarker, markerName, parseMarker, type TierMarker } from './domain/tier-marker.ts';

/** More than any marker has, and a whole number of sectors of any disk. */
const blockBytes = 4096;
const uuidFolder = '/dev/disk/by-uuid';

/** The file system that a folder lies on. */
export interface FolderFileSystem {
  /** st_dev: the same number is the same file system. */
  device: string;
  /** Null where the system does not list it (containers, network file systems). */
  uuid: string | null;
  type: string | null;
  isReadOnly: boolean;
}

/** The place of a tier as the system shows it: its marker, its file system and its room. */
export class TierFolder {
  readonly path: string;
  readonly #uuids = new Map<string, string | null>();
  #block: Uint8Array | undefined;
  #reading: Promise<unknown> = Promise.resolve();

  constructor(path: string) {
    this.path = path;
  }

  /** Makes the folder and those above it, for tiers at home. */
  async make(): Promise<void> {
    await mkdir(this.path, { recursive: true, mode: 0o750 });
  }

  /** What the marker on the disk says; undefined where there is none, `unreadable` where it says nothing. Rejects where the disk is gone. */
  async readMarker(): Promise<TierMarker | 'unreadable' | undefined> {
    try {
      // One block for all readers, one after the other.
      const reading = this.#reading.catch(() => {}).then(() => this.#readBlock(join(this.path, markerName)));
      this.#reading = reading;
      return parseMarker(await reading) ?? 'unreadable';
    } catch (cause) {
      if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
      throw cause;
    }
  }

  /** Writes the marker durably unless another process was quicker; answers what stands there. */
  async writeMarker(marker: TierMarker): Promise<TierMarker | 'unreadable' | undefined> {
    try {
      const handle = await open(join(this.path, markerName), 'wx', 0o440);
      try {
        await new FolderOwner(this.path).give(handle);
        await handle.writeFile(formatMarker(marker));
        await handle.sync();
      } finally {
        await handle.close();
      }
      await syncFolder(this.path);
    } catch (cause) {
      if ((cause as NodeJS.ErrnoException).code !== 'EEXIST') throw cause;
    }
    return this.readMarker();
  }

  /** What changes at once when another disk, or none, is at this place. */
  async sign(): Promise<string> {
    const [{ dev }, marker] = await Promise.all([
      stat(this.path, { bigint: true }),
      readFile(join(this.path, markerName), 'utf8'),
    ]);
    return `${dev} ${marker}`;
  }

  async room(): Promise<TierRoom> {
    const { bsize, blocks, bfree, bavail, files, ffree } = await statfs(this.path);
    // Blocks that only root may use are neither used nor free.
    return { totalBytes: bsize * (blocks - bfree + bavail), freeBytes: bsize * bavail, totalInodes: files, freeInodes: ffree };
  }

  async isWritable(): Promise<boolean> {
    return access(this.path, constants.W_OK).then(
      () => true,
      () => false,
    );
  }

  async fileSystem(): Promise<FolderFileSystem> {
    const path = await realpath(this.path);
    const [{ dev }, table] = await Promise.all([stat(path, { bigint: true }), readFile('/proc/self/mountinfo', 'utf8')]);
    const mount = mountOf(path, parseMountTable(table));
    return {
      device: String(dev),
      uuid: mount ? await this.#uuidOf(mount) : null,
      type: mount?.fileSystemType ?? null,
      isReadOnly: mount?.isReadOnly ?? false,
    };
  }

  /** Past the page cache where the file system can: the cache goes on answering for a disk that was pulled. */
  async #readBlock(file: string): Promise<string> {
    this.#block ??= alignedMemory(blockBytes).subarray(0, blockBytes);
    const handle = await open(file, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_DIRECT).catch((cause) => {
      if (cause.code !== 'EINVAL') throw cause;
      return open(file, constants.O_RDONLY | constants.O_NOFOLLOW);
    });
    try {
      const { bytesRead } = await handle.read(this.#block, 0, blockBytes, 0);
      return Buffer.from(this.#block.subarray(0, bytesRead)).toString('utf8');
    } finally {
      await handle.close();
    }
  }

  async #uuidOf({ source, mountPoint }: Mount): Promise<string | null> {
    if (!source.startsWith('/dev/')) return null;
    const known = this.#uuids.get(source);
    if (known !== undefined) return known;
    const uuid = (await findUuid(source).catch(() => null)) ?? (await askUuid(mountPoint));
    this.#uuids.set(source, uuid);
    return uuid;
  }
}

/** udev keeps a link to each device under the UUID of its file system. */
async function findUuid(source: string): Promise<string | null> {
  const { rdev } = await stat(source);
  for (const uuid of await readdir(uuidFolder)) {
    const target = await stat(join(uuidFolder, uuid)).catch(() => undefined);
    if (target?.rdev === rdev) return uuid;
  }
  return null;
}

/** Where no udev keeps links: what mount(8)'s library knows. */
function askUuid(mountPoint: string): Promise<string | null> {
  return new Promise((resolve) => {
    const words = ['--noheadings', '--first-only', '--output', 'UUID', '--mountpoint', mountPoint];
    execFile('findmnt', words, { timeout: 5000, env: { PATH: '/usr/bin:/bin' } }, (_, stdout) =>
      resolve(stdout.trim() || null),
    );
  });
}
