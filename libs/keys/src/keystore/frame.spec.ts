import fc from 'fast-check';
import { expect, it } from 'vitest';
import { decodeFrame, encodeFrame, FrameReader, mostFrameBytes } from './frame.ts';

const parts = fc.array(
  fc.uint8Array({ maxLength: 300 }).map((bytes) => Buffer.from(bytes)),
  { maxLength: 8 },
);

it('puts messages together however the stream cuts them', () => {
  fc.assert(
    fc.property(fc.array(parts, { minLength: 1, maxLength: 4 }), fc.integer({ min: 1, max: 700 }), (messages, size) => {
      const stream = Buffer.concat(messages.map((some, id) => encodeFrame({ head: { id }, parts: some })));
      const reader = new FrameReader();
      const read = [];
      for (let at = 0; at < stream.length; at += size) read.push(...reader.read(Buffer.from(stream.subarray(at, at + size))));
      expect(read).toEqual(messages.map((some, id) => ({ head: { id }, parts: some })));
      expect(reader.isWaiting).toBe(false);
    }),
  );
});

it('answers any bytes with a message or KEYS_PROTOCOL, never another error', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
      try {
        decodeFrame(Buffer.from(bytes));
      } catch (error) {
        expect(error).toMatchObject({ code: 'KEYS_PROTOCOL' });
      }
    }),
  );
});

it('writes and reads nothing over a mebibyte', () => {
  expect(() => encodeFrame({ head: {}, parts: [Buffer.alloc(mostFrameBytes)] })).toThrow('too long');
  const prefix = Buffer.alloc(4);
  prefix.writeUInt32BE(mostFrameBytes + 1);
  expect(() => [...new FrameReader().read(prefix)]).toThrow('says a length of');
});
