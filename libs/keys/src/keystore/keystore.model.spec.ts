import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { ProviderKeyName } from '../provider/key-provider.ts';
import { addKey, addVersion, decryptBy, describeKey, dropVersions, encryptBy } from './key-operations.ts';
import { Keystore } from './keystore.ts';
import { sealsFor } from './seals/seal-set.ts';

const bound = Buffer.from('bound');
const name = fc.constantFrom<ProviderKeyName>('hf-organisation', 'hf-subject', 'hf-other');
const step = fc.oneof(
  fc.record({ kind: fc.constant('make'), name }),
  fc.record({ kind: fc.constant('rotate'), name }),
  fc.record({ kind: fc.constant('encrypt'), name }),
  fc.record({ kind: fc.constant('destroy'), name, keep: fc.integer({ min: 1, max: 3 }) }),
  fc.record({ kind: fc.constantFrom('reseal', 'shares', 'restart', 'seal') }),
);
type Step = { kind: string; name?: ProviderKeyName; keep?: number };

/** A keystore as it has to be: versions by key, and everything that was encrypted. */
class Model {
  readonly versions = new Map<ProviderKeyName, number[]>();
  readonly made: { name: ProviderKeyName; version: number; ciphertext: string }[] = [];
}

class House {
  readonly folder = mkdtempSync(join(tmpdir(), 'holdfast-keystore-'));
  readonly model = new Model();
  keystore = new Keystore(this.folder, sealsFor(this.folder));
  shares: Buffer[] = [];

  async take({ kind, name, keep = 1 }: Step): Promise<void> {
    if (name) return this.change(kind, name, keep);
    if (kind === 'reseal') await this.keystore.reseal('file', {});
    else if (kind === 'shares') this.shares = await this.keystore.makeShares();
    else if (kind === 'restart') await this.restart();
    else {
      await this.keystore.seal();
      await this.keystore.unseal(this.shares.length > 0 ? { shares: this.shares.slice(0, 3) } : {});
    }
  }

  async restart(): Promise<void> {
    this.keystore.close();
    this.keystore = new Keystore(this.folder, sealsFor(this.folder));
    await this.keystore.start('file');
  }

  check(): void {
    const { keystore, model } = this;
    for (const [key, versions] of model.versions) expect(describeKey(keystore.table, key).versions).toEqual(versions);
    for (const { name: key, version, ciphertext } of model.made) {
      const open = () => decryptBy(keystore.table, key, ciphertext, bound).toString();
      if (model.versions.get(key)?.includes(version)) expect(open()).toBe(`${key} ${version}`);
      else expect(open).toThrow(expect.objectContaining({ code: 'KEYS_VERSION_DESTROYED' }));
    }
  }

  private change(kind: string, name: ProviderKeyName, keep: number): void {
    const { keystore, model } = this;
    const versions = model.versions.get(name);
    if (kind === 'make') {
      keystore.replaceTable(addKey(keystore.table, name, 0));
      if (!versions) model.versions.set(name, [1]);
    } else if (versions) {
      const latest = versions.at(-1) ?? 0;
      const minimum = Math.max(versions[0] ?? 1, latest - keep + 1);
      if (kind === 'rotate') keystore.replaceTable(addVersion(keystore.table, name, 0));
      if (kind === 'rotate') versions.push(latest + 1);
      if (kind === 'encrypt')
        model.made.push({ name, ...encryptBy(keystore.table, name, Buffer.from(`${name} ${latest}`), bound) });
      if (kind === 'destroy') keystore.replaceTable(dropVersions(keystore.table, name, minimum));
      if (kind === 'destroy')
        model.versions.set(
          name,
          versions.filter((version) => version >= minimum),
        );
    }
  }
}

it('opens what it has encrypted, and nothing that was destroyed, after any sequence of changes, seals and restarts', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 40 }), async (steps) => {
      const house = new House();
      try {
        await house.keystore.start('file');
        for (const each of steps) await house.take(each);
        house.check();
        await house.restart();
        house.check();
      } finally {
        house.keystore.close();
        rmSync(house.folder, { recursive: true, force: true });
      }
    }),
    { numRuns: 30 },
  );
});
