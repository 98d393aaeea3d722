import fc from 'fast-check';
import { expect, it } from 'vitest';
import { encodeFrame, FrameReader, mostFrameBytes } from './frame.ts';

const protocolError = expect.objectContaining({ code: 'AGENT_PROTOCOL' });

it('puts messages together however the stream cuts them', () => {
  fc.assert(
    fc.property(
      fc.array(fc.jsonValue(), { minLength: 1, maxLength: 4 }),
      fc.integer({ min: 1, max: 300 }),
      (messages, size) => {
        const told = messages.map((message) => JSON.parse(JSON.stringify(message)));
        const stream = Buffer.concat(told.map(encodeFrame));
        const reader = new FrameReader();
        const read = [];
        for (let at = 0; at < stream.length; at += size) read.push(...reader.read(stream.subarray(at, at + size)));
        expect(read).toEqual(told);
        expect(reader.isWaiting).toBe(false);
      },
    ),
  );
});

it('answers any bytes with messages or AGENT_PROTOCOL, never another error', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
      try {
        expect([...new FrameReader().read(Buffer.from(bytes))].length).toBeGreaterThanOrEqual(0);
      } catch (error) {
        expect(error).toEqual(protocolError);
      }
    }),
  );
});

it('writes and reads nothing over 64 KiB, and nothing empty', () => {
  expect(() => encodeFrame('x'.repeat(mostFrameBytes))).toThrow(protocolError);
  for (const length of [0, mostFrameBytes + 1, 0xffff_ffff]) {
    const prefix = Buffer.alloc(4);
    prefix.writeUInt32BE(length);
    expect(() => [...new FrameReader().read(prefix)]).toThrow(protocolError);
  }
});

it('takes no text that is not UTF-8', () => {
  expect(() => [...new FrameReader().read(Buffer.from([0, 0, 0, 3, 0x22, 0xff, 0x22]))]).toThrow(protocolError);
});
