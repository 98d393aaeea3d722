import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { ProviderKeyName } from '../../provider/key-provider.ts';
import type { StoredKey } from './key-table.ts';
import { decodeTable, encodeTable } from './key-table-codec.ts';

const material = fc.uint8Array({ minLength: 32, maxLength: 32 }).map((bytes) => Buffer.from(bytes));
const key: fc.Arbitrary<StoredKey> = fc
  .record({
    kind: fc.constantFrom('aes256-gcm96' as const, 'ed25519' as const),
    minimumVersion: fc.integer({ min: 1, max: 100_000 }),
    entries: fc.array(fc.record({ createdAtMs: fc.nat(4_000_000_000_000), material }), { minLength: 1, maxLength: 5 }),
  })
  .map(({ kind, minimumVersion, entries }) => ({
    kind,
    minimumVersion,
    versions: entries.map((entry, index) => ({ version: minimumVersion + index, ...entry })),
  }));
const tables = fc
  .dictionary(fc.stringMatching(/^hf-[a-z0-9-]{1,60}$/), key, { maxKeys: 6, noNullPrototype: true })
  .map((entries) => new Map(Object.entries(entries) as [ProviderKeyName, StoredKey][]));

it('reads what it has written', () => {
  fc.assert(
    fc.property(tables, (table) => {
      expect(decodeTable(encodeTable(table))).toEqual(table);
    }),
  );
});

it('refuses what is cut short or longer', () => {
  fc.assert(
    fc.property(tables, fc.nat(2000), (table, cut) => {
      const bytes = encodeTable(table);
      fc.pre(cut < bytes.length);
      const refusal = expect.objectContaining({ code: 'KEYS_STORE_UNREADABLE' });
      expect(() => decodeTable(bytes.subarray(0, cut))).toThrow(refusal);
      expect(() => decodeTable(Buffer.concat([bytes, Buffer.alloc(1)]))).toThrow(refusal);
    }),
  );
});

it('answers any bytes with a table or a refusal, never another error', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
      try {
        decodeTable(Buffer.from(bytes));
      } catch (error) {
        expect(error).toMatchObject({ code: 'KEYS_STORE_UNREADABLE' });
      }
    }),
  );
});
