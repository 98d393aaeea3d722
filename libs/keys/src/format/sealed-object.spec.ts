import { randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { newId } from '#kernel';
import { sealedChunkBytes, sealedHeaderBytes, sealedSize, sealedSpan, sealedTagBytes } from './layout.ts';
import { ObjectOpener } from './object-opener.ts';
import { ObjectSealer } from './object-sealer.ts';
import { releaseBytes } from './release-bytes.ts';
import { isSealedObject } from './seal-context.ts';
import { openBuffer, sealBuffer } from './sealed-buffer.ts';

const chunk = sealedChunkBytes;
const stride = chunk + sealedTagBytes;
const key = randomBytes(32);
const context = { organisationId: newId(), objectId: newId(), version: 1 };
const plain = randomBytes(3 * chunk + 1000);
const sealed = sealBuffer(key, context, plain);
const refused = (code: RegExp) => expect.objectContaining({ code: expect.stringMatching(code) });
const chunkAt = (index: number) =>
  sealed.subarray(sealedHeaderBytes + index * stride, sealedHeaderBytes + (index + 1) * stride);
const fileOf = (...parts: Uint8Array[]) => Buffer.concat([sealed.subarray(0, sealedHeaderBytes), ...parts]);

function flipped(bytes: Uint8Array, bit: number): Buffer {
  const copy = Buffer.from(bytes);
  copy[bit >> 3] = (copy[bit >> 3] as number) ^ (1 << (bit & 7));
  return copy;
}

test.each([0, 1, chunk - 1, chunk, chunk + 1, 3 * chunk, 3 * chunk + 7])('%d bytes come back as they were', (size) => {
  const bytes = randomBytes(size);
  const file = sealBuffer(key, context, bytes);
  expect(file.length).toBe(sealedSize(size));
  expect(isSealedObject(file)).toBe(true);
  expect(openBuffer(key, context, file).equals(bytes)).toBe(true);
});

test('K01 every flipped bit of the header is refused before the first chunk', () => {
  for (let bit = 0; bit < sealedHeaderBytes * 8; bit++) {
    const header = flipped(sealed.subarray(0, sealedHeaderBytes), bit);
    expect(() => new ObjectOpener(key, context, header)).toThrow(refused(/KEYS_OBJECT_(UNKNOWN|FOREIGN)/));
  }
});

test('K01 a flipped bit anywhere keeps its chunk closed, and only its chunk', () => {
  const bits = fc.integer({ min: sealedHeaderBytes * 8, max: sealed.length * 8 - 1 });
  fc.assert(
    fc.property(bits, (bit) => {
      const file = flipped(sealed, bit);
      const opener = new ObjectOpener(key, context, file.subarray(0, sealedHeaderBytes));
      const damaged = Math.floor((Math.floor(bit / 8) - sealedHeaderBytes) / stride);
      for (let index = 0; index < 4; index++) {
        const start = sealedHeaderBytes + index * stride;
        const open = () => opener.openChunk(index, file.subarray(start, start + stride), index === 3);
        if (index === damaged) expect(open).toThrow(refused(/KEYS_OBJECT_DAMAGED/));
        else expect(open().equals(plain.subarray(index * chunk, (index + 1) * chunk))).toBe(true);
      }
    }),
    { numRuns: 200 },
  );
});

test('K02 an object cut anywhere is refused', () => {
  const edges = [0, 1, 2, 3].flatMap((n) => [-1, 0, 1, 15, 16, 17].map((by) => sealedHeaderBytes + n * stride + by));
  const length = fc.oneof(fc.constantFrom(...edges), fc.integer({ min: 0, max: sealed.length - 1 }));
  fc.assert(
    fc.property(length, (cut) => {
      expect(() => openBuffer(key, context, sealed.subarray(0, cut))).toThrow(refused(/KEYS_OBJECT_/));
    }),
  );
});

test('K02 chunks that were appended, doubled, left out or exchanged are refused', () => {
  const [first, second, third, last] = [chunkAt(0), chunkAt(1), chunkAt(2), chunkAt(3)];
  for (const file of [
    fileOf(second, first, third, last),
    fileOf(first, third, second, last),
    fileOf(first, second, last),
    fileOf(first, second, second, third, last),
    fileOf(first, second, third, last, last),
    fileOf(first, second, third, third, last),
    fileOf(first, second, third, last, randomBytes(chunk)),
    fileOf(first, second, third, last, Buffer.alloc(1)),
    fileOf(first, second, third),
    fileOf(first, second, third, randomBytes(sealedTagBytes)),
    fileOf(last),
    fileOf(),
  ])
    expect(() => openBuffer(key, context, file)).toThrow(refused(/KEYS_OBJECT_(DAMAGED|SIZE_INVALID)/));
});

test('K02 an empty object and one of exactly so many chunks cannot be taken for each other', () => {
  const whole = sealBuffer(key, context, plain.subarray(0, 2 * chunk));
  const empty = sealBuffer(key, context, Buffer.alloc(0));
  const emptied = Buffer.concat([whole.subarray(0, sealedHeaderBytes), whole.subarray(-sealedTagBytes)]);
  expect(() => openBuffer(key, context, emptied)).toThrow(refused(/KEYS_OBJECT_DAMAGED/));
  expect(() => openBuffer(key, context, whole.subarray(0, -sealedTagBytes))).toThrow(refused(/KEYS_OBJECT_SIZE_INVALID/));
  const grown = Buffer.concat([empty.subarray(0, sealedHeaderBytes), chunkAt(0), empty.subarray(-sealedTagBytes)]);
  expect(() => openBuffer(key, context, grown)).toThrow(refused(/KEYS_OBJECT_DAMAGED/));
});

test('K03 chunks and headers of other objects, versions, organisations and keys are refused', () => {
  const others = [
    { key, context: { ...context, objectId: newId() } },
    { key, context: { ...context, organisationId: newId() } },
    { key, context: { ...context, version: 2 } },
    { key: randomBytes(32), context },
    { key, context },
  ];
  for (const other of others) {
    const foreign = sealBuffer(other.key, other.context, plain);
    const mixedHeader = Buffer.concat([foreign.subarray(0, sealedHeaderBytes), sealed.subarray(sealedHeaderBytes)]);
    const mixedChunk = Buffer.concat([
      sealed.subarray(0, sealedHeaderBytes + stride),
      foreign.subarray(sealedHeaderBytes + stride),
    ]);
    expect(() => openBuffer(key, context, mixedHeader)).toThrow(refused(/KEYS_OBJECT_(FOREIGN|DAMAGED)/));
    expect(() => openBuffer(key, context, mixedChunk)).toThrow(refused(/KEYS_OBJECT_DAMAGED/));
  }
});

test('K04 no two objects share salt, commitment or ciphertext, whatever they hold', () => {
  const seen = new Set<string>();
  const count = 100_000;
  for (let object = 0; object < count; object++) {
    const { header } = new ObjectSealer(key, context);
    seen.add(header.toString('latin1', 8, 32)).add(header.toString('latin1', 32));
  }
  expect(seen.size).toBe(2 * count);
  expect(sealBuffer(key, context, plain).includes(sealed.subarray(sealedHeaderBytes, sealedHeaderBytes + 16))).toBe(false);
});

test('K05 every range is the slice of the whole', () => {
  const opener = new ObjectOpener(key, context, sealed.subarray(0, sealedHeaderBytes));
  const edge = fc.oneof(
    fc.nat({ max: plain.length - 1 }),
    fc.constantFrom(0, chunk - 1, chunk, chunk + 1, 3 * chunk - 1, 3 * chunk, plain.length - 1),
  );
  fc.assert(
    fc.property(edge, edge, (one, other) => {
      const [start, end] = [Math.min(one, other), Math.max(one, other)];
      const span = sealedSpan(start, end, plain.length);
      const bytes = sealed.subarray(span.offset, span.offset + span.length);
      const opened: Buffer[] = [];
      for (let index = span.firstChunk; index <= span.lastChunk; index++) {
        const at = (index - span.firstChunk) * stride;
        opened.push(opener.openChunk(index, bytes.subarray(at, at + stride), index === 3));
      }
      const from = start - span.firstChunk * chunk;
      const range = Buffer.concat(opened).subarray(from, from + end - start + 1);
      expect(range.equals(plain.subarray(start, end + 1))).toBe(true);
    }),
  );
});

test('K06 a wrong key, context or header is refused before the first chunk', () => {
  const header = sealed.subarray(0, sealedHeaderBytes);
  const foreign = refused(/^KEYS_OBJECT_FOREIGN$/);
  expect(() => new ObjectOpener(randomBytes(32), context, header)).toThrow(foreign);
  expect(() => new ObjectOpener(key, { ...context, version: 0 }, header)).toThrow(foreign);
  expect(() => new ObjectOpener(key, { ...context, objectId: context.organisationId }, header)).toThrow(foreign);
  const unknown = refused(/^KEYS_OBJECT_UNKNOWN$/);
  expect(() => new ObjectOpener(key, context, plain.subarray(0, sealedHeaderBytes))).toThrow(unknown);
  expect(() => new ObjectOpener(key, context, header.subarray(1))).toThrow(unknown);
});

test('a sealer seals each chunk once, in order, full but for the last', () => {
  const misused = refused(/^KEYS_SEALER_MISUSED$/);
  const full = plain.subarray(0, chunk);
  const sealer = new ObjectSealer(key, context);
  expect(() => sealer.sealChunk(1, full, false)).toThrow(misused);
  expect(() => sealer.sealChunk(0, full.subarray(1), false)).toThrow(misused);
  expect(() => sealer.sealChunk(0, full, true)).toThrow(misused);
  sealer.sealChunk(0, full, false);
  expect(() => sealer.sealChunk(0, full, false)).toThrow(misused);
  sealer.sealChunk(1, Buffer.alloc(0), true);
  expect(() => sealer.sealChunk(2, full, false)).toThrow(misused);
  expect(() => new ObjectSealer(key.subarray(1), context)).toThrow(misused);
  expect(() => new ObjectSealer(key, { ...context, objectId: '../etc' })).toThrow(misused);
  expect(() => new ObjectSealer(key, { ...context, version: 0.5 })).toThrow(misused);
});

test('chunks go into a buffer at an offset and leave nothing behind; where there is no room nothing is sealed', () => {
  const sealer = new ObjectSealer(key, context);
  const target = Buffer.alloc(stride + 10, 0xee);
  const full = plain.subarray(0, chunk);
  expect(() => sealer.sealInto(target, 11, 0, full, false)).toThrow(refused(/^KEYS_SEALER_MISUSED$/));
  expect(sealer.sealInto(target, 7, 0, full, false)).toBe(stride);
  const opener = new ObjectOpener(key, context, sealer.header);
  const opened = Buffer.alloc(chunk + 5, 0xdd);
  expect(opener.openInto(opened, 5, 0, target.subarray(7, 7 + stride), false)).toBe(chunk);
  expect(opened.subarray(5).equals(full)).toBe(true);
  expect([opened[4], target[6], target[7 + stride]]).toEqual([0xdd, 0xee, 0xee]);
  target[100] = (target[100] as number) ^ 1;
  opened.fill(0);
  expect(() => opener.openInto(opened, 0, 0, target.subarray(7, 7 + stride), false)).toThrow(refused(/DAMAGED/));
  expect(opened.every((byte) => byte === 0)).toBe(true);
});

test('released memory is gone, and shared memory is never released', () => {
  const [own = Buffer.alloc(0)] = new ObjectSealer(key, context).sealParts(0, plain.subarray(0, chunk), false);
  expect(own.length).toBeGreaterThan(0);
  releaseBytes(own);
  releaseBytes(own);
  expect(own.length).toBe(0);
  const part = Buffer.alloc(chunk).subarray(1);
  releaseBytes(part);
  const small = Buffer.from('small');
  releaseBytes(small);
  expect([part.length, small.toString()]).toEqual([chunk - 1, 'small']);
});

test('a file says what it is in its first eight bytes', () => {
  expect(sealed.toString('latin1', 0, 8)).toBe('HFO1\x01\x12\0\0');
  expect(isSealedObject(sealed.subarray(0, 7))).toBe(false);
});
