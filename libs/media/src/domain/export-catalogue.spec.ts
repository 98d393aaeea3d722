import fc from 'fast-check';
import { expect, test } from 'vitest';
import { newId } from '#kernel';
import { type CataloguedFile, type CatalogueHead, catalogueLines, readCatalogue } from './export-catalogue.ts';

const text = fc.string({ unit: 'binary', maxLength: 60 }).map((given) => given.toWellFormed());
const file: fc.Arbitrary<CataloguedFile> = fc.record({
  id: fc.uuid(),
  assetId: fc.uuid(),
  folder: text,
  name: text,
  sizeBytes: fc.nat({ max: 2 ** 50 }),
  sha256: fc.string({ unit: fc.constantFrom(...'0123456789abcdef'), minLength: 64, maxLength: 64 }),
  addedAt: fc.constant('2026-11-21T20:00:00Z'),
  capturedAt: fc.constantFrom(null, '1987-06-05T04:03:02Z'),
  dataKey: fc.uint8Array({ minLength: 60, maxLength: 60 }).map((bytes) => Buffer.from(bytes).toString('base64')),
});
const files = fc.uniqueArray(file, { maxLength: 8, selector: ({ assetId }) => assetId });
const headOf = (count: number): CatalogueHead => ({
  exportId: newId(),
  organisationId: newId(),
  state: 'complete',
  files: count,
});

async function read(plain: Uint8Array, step = plain.length) {
  async function* pieces() {
    for (let at = 0; at < plain.length; at += Math.max(1, step)) yield plain.subarray(at, at + Math.max(1, step));
  }
  const lines = [];
  for await (const line of readCatalogue(pieces())) lines.push(line);
  return lines;
}
const damaged = { code: 'EXPORT_CATALOGUE_DAMAGED' };

test('a catalogue says the same again, wherever its bytes are cut into pieces', async () => {
  await fc.assert(
    fc.asyncProperty(files, fc.integer({ min: 1, max: 500 }), async (listed, step) => {
      const head = headOf(listed.length);
      const plain = Buffer.from([...catalogueLines(head, listed)].join(''));
      expect(await read(plain, step)).toEqual([{ head }, ...listed.map((each) => ({ file: each }))]);
    }),
  );
});

test('a catalogue that lacks a line, or has one twice or half, is refused', async () => {
  const sample = fc.sample(files, 20).find((listed) => listed.length > 2) ?? [];
  const lines = [...catalogueLines(headOf(sample.length), sample)];
  for (const wrong of [
    lines.slice(0, -1),
    lines.slice(1),
    [],
    [...lines, lines.at(-1)],
    [...lines.slice(0, -1), lines.at(-1)?.slice(0, -1)],
    [...lines, '\n'],
    [lines[0]?.replace('"version":1', '"version":2'), ...lines.slice(1)],
    [lines[0], ...lines.slice(1).map((line) => line.replace('"sizeBytes":', '"sizeBytes":-'))],
  ])
    await expect(read(Buffer.from(wrong.join('')))).rejects.toMatchObject(damaged);
  const again = lines.map((line, index) => (index === 2 ? lines[1] : line));
  await expect(read(Buffer.from(again.join('')))).rejects.toThrow(/twice/);
});

test('a catalogue that is no text at all, or endless, is refused and not taken into memory', async () => {
  await expect(read(Buffer.from([0xff, 0xfe, 0x0a]))).rejects.toThrow();
  async function* endless() {
    for (;;) yield Buffer.alloc(10_000, 'a');
  }
  await expect(readCatalogue(endless()).next()).rejects.toMatchObject(damaged);
});
