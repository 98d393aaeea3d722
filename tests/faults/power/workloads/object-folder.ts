import { createHash } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { runAs, type TenantContext } from '#kernel';
import { ObjectRemoval, ObjectStore } from '#storage';

/** The object store as workloads use it: the one place of the rig that knows how it is opened. */
export interface ObjectFolder {
  /** Stores bytes; answers the name under which they are read. */
  put(bytes: Uint8Array | AsyncIterable<Uint8Array>): Promise<string>;
  /** SHA-256 of what is read under a name, hexadecimal. Rejects where it cannot be read. */
  hashOf(name: string): Promise<string>;
  /** Whether an object's bytes are what its name says. */
  isSound(name: string): Promise<boolean>;
  /** Names of all objects that lie there, whoever names them. */
  names(): Promise<string[]>;
  removeLeftovers(): Promise<number>;
}

/** Whose objects these are; any organisation would do. */
const organisation: TenantContext = {
  organisationId: '01900000-0000-7000-8000-000000000001',
  actor: { kind: 'command', id: 'faults', label: 'faults' },
  permissions: new Set(),
  requestId: '01900000-0000-7000-8000-000000000002',
};

/** Opens the objects on a device. */
export function openObjects(device: string): ObjectFolder {
  const root = join(device, 'objects');
  mkdirSync(root, { recursive: true });
  const [store, removal] = [new ObjectStore(root), new ObjectRemoval(root)];
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
    names: () =>
      as(async () => {
        const names: string[] = [];
        for await (const seen of removal.list()) names.push(...seen.map(({ sha256 }) => sha256));
        return names;
      }),
    removeLeftovers: () => store.removeLeftovers(),
  };
}
