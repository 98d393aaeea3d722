import { createHash } from 'node:crypto';
import { appendFileSync, existsSync, mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { runAs, type TenantContext } from '#kernel';
import {
  type DataKeys,
  LentCopies,
  type NewObjectFile,
  type ObjectFile,
  type ObjectRows,
  ObjectStore,
  TierRoots,
} from '#storage';

/** The object store as workloads use it: the one place of the rig that knows how it is opened. */
export interface ObjectFolder {
  /** Stores bytes; answers the name under which they are read. */
  put(bytes: Uint8Array | AsyncIterable<Uint8Array>): Promise<string>;
  /** SHA-256 of what is read under a name, hexadecimal. Rejects where it cannot be read. */
  hashOf(name: string): Promise<string>;
  /** Whether an object's bytes are what its name says. */
  isSound(name: string): Promise<boolean>;
  /** Names of all objects that have a row and a file, whoever names them. */
  names(): Promise<string[]>;
  /** What the file of an object is called. */
  fileNameOf(name: string): string;
  removeLeftovers(): Promise<number>;
}

/** Whose objects these are; any organisation would do. */
const organisation: TenantContext = {
  organisationId: '01900000-0000-7000-8000-000000000001',
  actor: { kind: 'command', id: 'faults', label: 'faults' },
  permissions: new Set(),
  requestId: '01900000-0000-7000-8000-000000000002',
};

/** Opens the objects on a device. Their rows are kept in another folder, where no fault reaches: this is about files alone. */
export function openObjects(device: string, rowsFolder = join(device, '..')): ObjectFolder {
  const root = join(device, 'objects');
  mkdirSync(root, { recursive: true });
  const rows = new RowsInFile(join(rowsFolder, 'rows.jsonl'));
  const tiers = new TierRoots([{ name: 'hot', path: root }]);
  const store = new ObjectStore({ tiers, rows, keys: keysOfTheRig, lent: new LentCopies(rowsFolder) });
  const as = <Result>(work: () => Result) => runAs(organisation, work);
  return {
    put: (bytes) => as(async () => (await store.put(bytes)).sha256),
    hashOf: (name) =>
      as(async () => {
        const hash = createHash('sha256');
        for await (const chunk of await store.open(name)) hash.update(chunk as Buffer);
        return hash.digest('hex');
      }),
    isSound: (name) => as(() => store.verify(name)).catch(() => false),
    names: async () => {
      const files = new Set(
        readdirSync(root, { recursive: true, encoding: 'utf8' }).map((path) => path.slice(path.lastIndexOf('/') + 1)),
      );
      return rows.all().flatMap(({ id, sha256 }) => (files.has(id) ? [sha256] : []));
    },
    fileNameOf: (name) => rows.all().find(({ sha256 }) => sha256 === name)?.id ?? '',
    removeLeftovers: () => store.removeLeftovers(),
  };
}

/** One key for everything: what it protects is random bytes. */
const keysOfTheRig: DataKeys = {
  newDataKey: async () => {
    return {
      dataKey: Buffer.alloc(32, 7),
      wrapped: { keyId: organisation.requestId, keyVersion: 1, wrapped: Buffer.alloc(60) },
    };
  },
  openDataKey: async () => Buffer.alloc(32, 7),
};

class RowsInFile implements ObjectRows {
  readonly #path: string;
  readonly #rows = new Map<string, ObjectFile>();

  constructor(path: string) {
    this.#path = path;
    for (const line of existsSync(path) ? readFileSync(path, 'utf8').split('\n').filter(Boolean) : [])
      this.#keep(JSON.parse(line));
  }

  async register(files: readonly NewObjectFile[]): Promise<ObjectFile[]> {
    return files.map((file) => {
      const known = this.#rows.get(file.sha256);
      if (known) return known;
      const row: ObjectFile = { ...file, format: 'sealed', generation: 1, damage: null };
      appendFileSync(this.#path, `${JSON.stringify(row)}\n`);
      return this.#keep(row);
    });
  }

  async replace(): Promise<boolean> {
    return false;
  }

  async find(sha256: string): Promise<ObjectFile | undefined> {
    return this.#rows.get(sha256);
  }

  all(): ObjectFile[] {
    return [...this.#rows.values()];
  }

  #keep(row: ObjectFile): ObjectFile {
    this.#rows.set(row.sha256, row);
    return row;
  }
}
