import { currentContext } from '#kernel';
import type { DataKeys } from './data-keys.ts';
import { objectPath, requireSha256 } from './object-path.ts';
import type { ObjectFile, ObjectRows } from './object-rows.repository.ts';
import { objectMissing } from './storage-errors.ts';
import type { TierRoots } from './tier-roots.ts';

/** A file of an object, where it lies and with what it is opened. */
export interface LocatedObject {
  file: ObjectFile;
  path: string;
  /** Undefined where the file is plain; whoever opens the file overwrites it. */
  dataKey: Buffer | undefined;
}

interface Remembered {
  file: ObjectFile;
  until: number;
}

/** Shorter than the mover's grace: a file that has moved is still there until everybody has looked again. */
const rememberedMs = 30_000;
const mostRemembered = 10_000;

/** Finds files of objects by their rows, and remembers for a moment. */
export class ObjectLocator {
  readonly #rows: ObjectRows;
  readonly #keys: DataKeys;
  readonly #tiers: TierRoots;
  readonly #remembered = new Map<string, Remembered>();

  constructor(rows: ObjectRows, keys: DataKeys, tiers: TierRoots) {
    this.#rows = rows;
    this.#keys = keys;
    this.#tiers = tiers;
  }

  /** Throws STORAGE_OBJECT_MISSING where the current organisation has no such object, and what opening its key throws: that is never remembered here. */
  async locate(sha256: string): Promise<LocatedObject> {
    const file = await this.fileOf(sha256);
    return { file, path: this.pathOf(file), dataKey: file.key && (await this.#keys.openDataKey(file.key, file.id)) };
  }

  /** The row of an object. Throws STORAGE_OBJECT_MISSING. */
  async fileOf(sha256: string): Promise<ObjectFile> {
    requireSha256(sha256);
    const name = nameOf(sha256);
    const known = this.#remembered.get(name);
    if (known && known.until > performance.now()) return known.file;
    const file = await this.#rows.find(sha256);
    if (!file) throw objectMissing(sha256);
    this.#remember(name, file);
    return file;
  }

  /** Spares the look at a row that was just written. */
  learn(file: ObjectFile): void {
    this.#remember(nameOf(file.sha256), file);
  }

  /** The next `locate` looks again. */
  forget(sha256: string): void {
    this.#remembered.delete(nameOf(sha256));
  }

  /** Where a file lies. Throws STORAGE_TIER_UNKNOWN for a tier that the manifest does not declare. */
  pathOf({
    tier,
    organisationId,
    format,
    sha256,
    id,
  }: Pick<ObjectFile, 'tier' | 'organisationId' | 'format' | 'sha256' | 'id'>): string {
    return objectPath(this.#tiers.require(tier), organisationId, format === 'plain' ? sha256 : id);
  }

  #remember(name: string, file: ObjectFile): void {
    this.#remembered.delete(name);
    const [oldest] = this.#remembered.keys();
    if (oldest !== undefined && this.#remembered.size >= mostRemembered) this.#remembered.delete(oldest);
    this.#remembered.set(name, { file, until: performance.now() + rememberedMs });
  }
}

function nameOf(sha256: string): string {
  return `${currentContext().organisationId}/${sha256}`;
}
