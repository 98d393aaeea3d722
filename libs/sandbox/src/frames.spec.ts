import fc from 'fast-check';
import { expect, test } from 'vitest';
import { encodeFrame, FrameReader, OversizedFrame } from './frames.ts';

const bytesOf = (header: object, buffers: Uint8Array[]) => Buffer.concat(encodeFrame(header, buffers));

test('frames arrive whole however they are cut into chunks', () => {
  const frame = fc.record({ id: fc.nat(), buffers: fc.array(fc.uint8Array({ maxLength: 300 }), { maxLength: 4 }) });
  fc.assert(
    fc.property(fc.array(frame, { minLength: 1, maxLength: 5 }), fc.integer({ min: 1, max: 97 }), (frames, step) => {
      const all = Buffer.concat(frames.map(({ id, buffers }) => bytesOf({ id }, buffers)));
      const reader = new FrameReader<{ id: number }>(1e6);
      const read = [];
      for (let at = 0; at < all.length; at += step) read.push(...reader.push(all.subarray(at, at + step)));
      expect(read.map(({ header }) => header.id)).toEqual(frames.map(({ id }) => id));
      expect(read.map(({ buffers }) => buffers.map((buffer) => [...buffer]))).toEqual(
        frames.map(({ buffers }) => buffers.map((buffer) => [...buffer])),
      );
    }),
  );
});

test('a frame that announces more than the limit is refused before its bytes are awaited', () => {
  const reader = new FrameReader(1000);
  expect(() => reader.push(Buffer.from([0x7f, 0xff, 0xff, 0xff]))).toThrow(OversizedFrame);
});

test.each([
  ['shorter than its own header length', Buffer.from([0, 0, 0, 2, 1, 1])],
  ['with a header longer than itself', Buffer.from([0, 0, 0, 4, 0, 0, 0, 99])],
  ['without sizes', Buffer.concat([Buffer.from([0, 0, 0, 6, 0, 0, 0, 2]), Buffer.from('{}')])],
  ['with negative sizes', sized('{"sizes":[-1]}')],
  ['with sizes beyond its end', sized('{"sizes":[1]}')],
  ['with a header that is no JSON', sized('hello')],
])('a frame %s is refused', (_what, bytes) => {
  expect(() => new FrameReader(1000).push(bytes)).toThrow(/frame|JSON/);
});

function sized(json: string): Buffer {
  const prefix = Buffer.alloc(8);
  prefix.writeUInt32BE(4 + json.length, 0);
  prefix.writeUInt32BE(json.length, 4);
  return Buffer.concat([prefix, Buffer.from(json)]);
}

test('random bytes never break the reader in an unexpected way', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 400 }), (bytes) => {
      try {
        new FrameReader(1000).push(Buffer.from(bytes));
      } catch (error) {
        expect(error instanceof RangeError || error instanceof SyntaxError || error instanceof TypeError).toBe(true);
      }
    }),
  );
});
