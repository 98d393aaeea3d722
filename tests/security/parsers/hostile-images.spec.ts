import { crc32, deflateSync } from 'node:zlib';
import sharp from 'sharp';
import { afterAll, describe, expect, test } from 'vitest';
import { analyseImage, detectType, openImagePool } from '../../../libs/media/src/parsers/index.ts';
import { makeScene, testSettings } from '../../../libs/media/src/parsers/testing/making-files.ts';

const settings = { ...testSettings, wallSeconds: 15 };
const pool = openImagePool(settings);
afterAll(() => pool.close());
const analyse = (bytes: Buffer, mediaType: string) => analyseImage(pool, bytes, { mediaType, settings });
const fault = expect.objectContaining({ kind: 'unprocessable', code: expect.stringMatching(/^(MEDIA|SANDBOX|PARSER)_/) });

function pngChunk(kind: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(kind), data]);
  const frame = Buffer.alloc(8);
  frame.writeUInt32BE(data.length, 0);
  frame.writeUInt32BE(crc32(body), 4);
  return Buffer.concat([frame.subarray(0, 4), body, frame.subarray(4)]);
}

function pngHeader(width: number, height: number): Buffer {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([8, 2, 0, 0, 0], 8);
  const data = deflateSync(Buffer.alloc(1000));
  return Buffer.concat([
    Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'),
    pngChunk('IHDR', header),
    pngChunk('IDAT', data),
    pngChunk('IEND', Buffer.alloc(0)),
  ]);
}

/** A sound JPEG whose frame header claims another size. */
async function jpegClaiming(width: number, height: number): Promise<Buffer> {
  const bytes = await (await makeScene(64, 64)).jpeg().toBuffer();
  const frame = bytes.indexOf(Buffer.from([0xff, 0xc0]));
  bytes.writeUInt16BE(height, frame + 5);
  bytes.writeUInt16BE(width, frame + 7);
  return bytes;
}

function gif(frames: number): Buffer {
  const header = Buffer.from('474946383961010001008000000000ffffff', 'hex');
  const frame = Buffer.from('21f9040001000000' + '2c000000000100010000' + '02024401' + '00', 'hex');
  return Buffer.concat([
    header.subarray(0, 13),
    Buffer.from('000000ffffff', 'hex'),
    ...Array<Buffer>(frames).fill(frame),
    Buffer.from(';'),
  ]);
}

describe('headers that promise too much', () => {
  test('65 535 × 65 535 pixels are refused with a clear error, in every format', async () => {
    await expect(analyse(pngHeader(65_535, 65_535), 'image/png')).rejects.toMatchObject({
      code: 'MEDIA_IMAGE_TOO_LARGE',
      message: /pixels/,
    });
    await expect(analyse(await jpegClaiming(65_500, 65_500), 'image/jpeg')).rejects.toMatchObject({
      code: 'MEDIA_IMAGE_TOO_LARGE',
    });
    const wide = gif(1);
    wide.writeUInt16LE(65_535, 6);
    wide.writeUInt16LE(65_535, 8);
    // The decoder believes the frame, which is one pixel, and not the screen that it says it is for.
    expect(await analyse(wide, 'image/gif')).toMatchObject({ width: 1, height: 1 });
    const bitmap = Buffer.alloc(60);
    bitmap.write('BM');
    bitmap.writeUInt32LE(40, 14);
    bitmap.writeInt32LE(65_535, 18);
    bitmap.writeInt32LE(65_535, 22);
    bitmap.writeUInt16LE(24, 28);
    await expect(analyse(bitmap, 'image/bmp')).rejects.toEqual(fault);
  });

  test('a picture just under the limit is decoded within its memory, or refused, and the next one is fine', async () => {
    const bytes = await sharp({
      create: { width: 12_000, height: 12_000, channels: 3, background: 'green' },
      limitInputPixels: false,
    })
      .png()
      .toBuffer();
    const [result] = await Promise.allSettled([analyse(bytes, 'image/png')]);
    if (result.status === 'rejected') expect(result.reason).toEqual(fault);
    else expect(result.value.width).toBe(12_000);
    expect((await analyse(await (await makeScene(80, 60)).png().toBuffer(), 'image/png')).width).toBe(80);
  });

  test('100 000 frames are counted, one is decoded', async () => {
    const analysis = await analyse(gif(100_001), 'image/gif');
    expect(analysis).toMatchObject({ width: 1, height: 1, frames: 100_001 });
    expect(analysis.partial.join()).toMatch(/100001 frames/);
  });
});

describe('pictures that are none', () => {
  const svg =
    '<?xml version="1.0"?><!DOCTYPE svg [<!ENTITY x SYSTEM "file:///etc/passwd">]><svg xmlns="http://www.w3.org/2000/svg" width="50" height="50"><image href="file:///etc/passwd"/><text>&x;</text></svg>';

  test('a drawing renamed to .png is text, and is not drawn even if a parser is asked to', async () => {
    expect(detectType(Buffer.from(svg), undefined, 'photo.png')).toMatchObject({ kind: 'text', mediaType: 'image/svg+xml' });
    await expect(analyse(Buffer.from(svg), 'image/png')).rejects.toMatchObject({ code: 'MEDIA_IMAGE_UNREADABLE' });
  });

  test.each([
    ['nothing', Buffer.alloc(0)],
    ['one byte', Buffer.from([0xff])],
    ['a PDF', Buffer.from('%PDF-1.4\n1 0 obj\n<<>>\nendobj')],
    ['a web page', Buffer.from('<html><script>fetch("http://127.0.0.1")</script></html>')],
    ['a program', Buffer.concat([Buffer.from('\x7fELF'), Buffer.alloc(4000, 0x90)])],
    ['zeros', Buffer.alloc(100_000)],
  ])('%s called a picture is refused', async (_what, bytes) => {
    for (const mediaType of ['image/jpeg', 'image/heic', 'image/x-canon-cr2', 'image/bmp', 'image/jxl']) {
      await expect(analyse(bytes, mediaType), mediaType).rejects.toEqual(fault);
    }
  });

  test('a picture of another kind than it says is still a picture', async () => {
    const webp = await (await makeScene(90, 60)).webp().toBuffer();
    expect(await analyse(webp, 'image/jpeg')).toMatchObject({ format: 'webp', width: 90 });
  });
});

describe('pictures cut short anywhere', () => {
  test.each(['jpeg', 'png', 'webp', 'gif', 'tiff', 'avif'] as const)('%s', async (format) => {
    const whole = await (await makeScene(200, 150)).toFormat(format).toBuffer();
    const cuts = [
      1,
      2,
      3,
      8,
      12,
      20,
      50,
      100,
      ...[0.1, 0.3, 0.5, 0.8, 0.95, 0.99].map((share) => Math.floor(whole.length * share)),
      whole.length - 1,
    ];
    const results = await Promise.allSettled(cuts.map((cut) => analyse(whole.subarray(0, cut), `image/${format}`)));
    for (const [index, result] of results.entries()) {
      if (result.status === 'rejected') expect(result.reason, `cut at ${cuts[index]}`).toEqual(fault);
      else expect(result.value.renditions).toHaveLength(2);
    }
  });
});

test('metadata that never ends is cut to what the database keeps', async () => {
  const long = 'x'.repeat(20_000);
  const bytes = await (await makeScene(80, 60))
    .withExif({ IFD0: { ImageDescription: long, Artist: long, Copyright: '\u0000\u0001evil' } })
    .jpeg()
    .toBuffer();
  const { metadata } = await analyse(bytes, 'image/jpeg');
  expect(JSON.stringify(metadata).length).toBeLessThan(100_000);
  expect(metadata.description?.length).toBeLessThanOrEqual(2000);
  expect(JSON.stringify(metadata)).not.toMatch(/\\u0000/);
});
