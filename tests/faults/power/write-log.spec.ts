import fc from 'fast-check';
import { expect, test } from 'vitest';
import { flushedBefore, planPowerCut } from './power-cut.ts';
import { seededRandom } from './seeded-random.ts';
import { type LogEntry, parseWriteLog } from './write-log.ts';

interface Written {
  sector: number;
  sectors: number;
  flags: number;
}

/** A log as the kernel writes it, built from its documentation. */
function makeLog(requests: Written[], sectorBytes = 512): Buffer {
  const superblock = Buffer.alloc(sectorBytes);
  superblock.write('rhswfsj', 'latin1');
  superblock.writeBigUInt64LE(1n, 8);
  superblock.writeBigUInt64LE(BigInt(requests.length), 16);
  superblock.writeUInt32LE(sectorBytes, 24);
  const parts = requests.flatMap(({ sector, sectors, flags }, index) => {
    const header = Buffer.alloc(sectorBytes);
    [sector, sectors, flags].forEach((value, field) => {
      header.writeBigUInt64LE(BigInt(value), field * 8);
    });
    return [header, Buffer.alloc(flags & 4 ? 0 : sectors * sectorBytes, index)];
  });
  return Buffer.concat([superblock, ...parts]);
}

const read = (log: Buffer) => (position: number, length: number) => log.subarray(position, position + length);
const request = fc.record({ sector: fc.nat(1000), sectors: fc.nat(20), flags: fc.constantFrom(0, 0, 0, 1, 2, 3, 4) });
const toEntry = ({ sector, sectors, flags }: Written): LogEntry => ({
  offset: sector * 512,
  length: sectors * 512,
  isFlush: (flags & 1) > 0,
  isForced: (flags & 2) > 0,
  isDiscard: (flags & 4) > 0,
  dataAt: 0,
});

test('every request of a log is read as it was written', () => {
  fc.assert(
    fc.property(fc.array(request, { maxLength: 30 }), fc.constantFrom(512, 4096), (requests, sectorBytes) => {
      const log = makeLog(requests, sectorBytes);
      const { entries } = parseWriteLog(read(log));
      expect(entries).toHaveLength(requests.length);
      entries.forEach((entry, index) => {
        const { sector, sectors, flags } = requests[index] as Written;
        expect(entry).toMatchObject({ offset: sector * sectorBytes, length: sectors * sectorBytes, isFlush: (flags & 1) > 0 });
        if (!entry.isDiscard && entry.length > 0) expect(log[entry.dataAt]).toBe(index);
      });
    }),
  );
});

test('what is no log, has another version or ends early is refused', () => {
  expect(() => parseWriteLog(read(Buffer.alloc(4096)))).toThrow(/no log of writes/);
  const other = makeLog([]);
  other.writeBigUInt64LE(2n, 8);
  expect(() => parseWriteLog(read(other))).toThrow(/version 2/);
  const cutShort = makeLog([
    { sector: 0, sectors: 8, flags: 0 },
    { sector: 8, sectors: 8, flags: 0 },
  ]);
  expect(() => parseWriteLog(read(cutShort.subarray(0, 2000)))).toThrow(/ends before request 1/);
});

test('a power cut keeps everything flushed, invents nothing, and tears only between sectors', () => {
  fc.assert(
    fc.property(fc.array(request), fc.string(), fc.nat(), fc.constantFrom(512, 4096), (requests, seed, at, atomBytes) => {
      const entries = requests.map(toEntry);
      const count = at % (entries.length + 1);
      const { durable, survivors } = planPowerCut(entries, count, seededRandom(seed), atomBytes);
      entries.slice(0, count).forEach((entry, index) => {
        if (entry.isFlush) expect(durable).toBeGreaterThanOrEqual(index);
        if (entry.isForced && entry.length > 0 && index >= durable)
          expect(survivors.find((survivor) => survivor.entry === entry)?.parts).toEqual([{ start: 0, end: entry.length }]);
      });
      for (const { entry, parts } of survivors) {
        expect(entries.slice(durable, count)).toContain(entry);
        for (const { start, end } of parts) {
          expect(start % atomBytes).toBe(0);
          expect(end === entry.length || end % atomBytes === 0).toBe(true);
          expect(start < end && end <= entry.length).toBe(true);
        }
      }
    }),
  );
});

test('the last flush before the cut counts, later ones do not', () => {
  const entries = [0, 1, 0, 1, 0].map((flags) => toEntry({ sector: 0, sectors: flags ? 0 : 8, flags }));
  expect([1, 2, 3, 4, 5].map((count) => flushedBefore(entries, count))).toEqual([0, 2, 2, 4, 4]);
});

test('the same seed gives the same chance', () => {
  const draw = (seed: string) => Array.from({ length: 5 }, () => seededRandom(seed).below(1000));
  expect(draw('a')).toEqual(draw('a'));
  expect(seededRandom('a').bytes(9)).toEqual(seededRandom('a').bytes(9));
  expect(seededRandom('a').bytes(9)).not.toEqual(seededRandom('b').bytes(9));
});
