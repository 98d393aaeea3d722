import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterAll, describe, expect, test, vi } from 'vitest';
import { analyseImage, openImagePool } from './analyse-image.ts';
import { TEXT_LIKELIHOOD_FLOOR } from './image/text-likelihood.ts';
import { draw, ffmpeg, makeFolder, makeScene, testSettings as settings } from './testing/making-files.ts';

// Real tools run here, and other work may run beside them.
vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

const pool = openImagePool(settings);
afterAll(() => pool.close());
const analyse = (bytes: Buffer, mediaType = 'image/jpeg', rest = {}) =>
  analyseImage(pool, bytes, { mediaType, settings, ...rest });

const distance = (a: string, b: string) => {
  let bits = BigInt(`0x${a}`) ^ BigInt(`0x${b}`);
  let count = 0;
  for (; bits > 0n; bits &= bits - 1n) count++;
  return count;
};

describe('one decode gives', () => {
  test('two renditions, never larger than the picture, without metadata and in sRGB', async () => {
    const bytes = await (await makeScene(2000, 1000))
      .withExif({ IFD0: { Make: 'Holdfast' } })
      .jpeg()
      .toBuffer();
    const { renditions, metadata } = await analyse(bytes);
    expect(renditions.map(({ edge, width, height }) => [edge, width, height])).toEqual([
      [250, 250, 125],
      [1440, 1440, 720],
    ]);
    for (const rendition of renditions) {
      const stored = await sharp(rendition.bytes).metadata();
      expect(stored).toMatchObject({ format: 'webp', width: rendition.width, height: rendition.height, space: 'srgb' });
      expect(stored.exif).toBeUndefined();
    }
    expect(metadata.camera.make).toBe('Holdfast');
    const tiny = await analyse(await (await makeScene(100, 80)).png().toBuffer(), 'image/png');
    expect(tiny.renditions.map(({ width, height }) => [width, height])).toEqual([
      [100, 80],
      [100, 80],
    ]);
  });

  test('the pixels that models ask for', async () => {
    const half = draw(
      400,
      200,
      '<rect width="200" height="200" fill="#ff0000"/><rect x="200" width="200" height="200" fill="#0000ff"/>',
    );
    const tensors = [
      { id: 'cover', width: 64, height: 64, fit: 'cover', channels: 3 },
      { id: 'contain', width: 64, height: 64, fit: 'contain', channels: 3 },
      { id: 'fill', width: 32, height: 16, fit: 'fill', channels: 3 },
    ] as const;
    const analysis = await analyse(await half.png().toBuffer(), 'image/png', { tensors });
    expect(analysis.tensors.map(({ id, bytes }) => [id, bytes.length])).toEqual([
      ['cover', 64 * 64 * 3],
      ['contain', 64 * 64 * 3],
      ['fill', 32 * 16 * 3],
    ]);
    const pixel = (index: number, x: number, y: number) => {
      const { bytes, width } = analysis.tensors[index] as (typeof analysis.tensors)[number];
      return [...bytes.subarray((y * width + x) * 3, (y * width + x) * 3 + 3)];
    };
    expect(pixel(0, 4, 32)).toEqual([255, 0, 0]);
    expect(pixel(0, 60, 32)).toEqual([0, 0, 255]);
    expect(pixel(1, 32, 2)).toEqual([0, 0, 0]);
    expect(pixel(1, 4, 32)).toEqual([255, 0, 0]);
  });

  test('where, when and with what it was taken', async () => {
    const bytes = await (await makeScene(300, 200))
      .withExif({
        IFD0: { Make: 'Canon', Model: 'EOS R5', ImageDescription: 'A scene' },
        IFD2: {
          DateTimeOriginal: '2024:05:01 12:30:15',
          OffsetTimeOriginal: '+02:00',
          FNumber: '28/10',
          ExposureTime: '1/250',
        },
        IFD3: {
          GPSLatitudeRef: 'S',
          GPSLatitude: '33/1 51/1 3120/100',
          GPSLongitudeRef: 'E',
          GPSLongitude: '151/1 12/1 4000/100',
          GPSAltitude: '40/1',
        },
      })
      .jpeg()
      .toBuffer();
    const { metadata } = await analyse(bytes);
    expect(metadata.capturedAt).toEqual({
      local: '2024-05-01T12:30:15',
      offsetMinutes: 120,
      utc: '2024-05-01T10:30:15.000Z',
      source: 'DateTimeOriginal',
    });
    expect(metadata.camera).toMatchObject({ make: 'Canon', model: 'EOS R5', aperture: 2.8, exposureSeconds: 0.004 });
    expect(metadata.place?.latitude).toBeCloseTo(-33.8587, 3);
    expect(metadata.place?.longitude).toBeCloseTo(151.2111, 3);
    expect(metadata.place?.altitudeMetres).toBe(40);
    expect(metadata.description).toBe('A scene');
  });

  test('its colours by name', async () => {
    const flag = draw(
      300,
      300,
      '<rect width="300" height="200" fill="#c81e1e"/><rect y="200" width="300" height="100" fill="#ffffff"/>',
    );
    const { colours } = await analyse(await flag.png().toBuffer(), 'image/png');
    expect(colours.slice(0, 2).map(({ name }) => name)).toEqual(['red', 'white']);
    expect(colours[0]?.share).toBeCloseTo(0.67, 1);
    expect(colours[0]?.hex).toMatch(/^#c[0-9a-f]1[0-9a-f]1[0-9a-f]$/);
  });
});

describe('quality', () => {
  test('a blurred copy is less sharp, a dark copy less well exposed, and both score lower', async () => {
    const bytes = await (await makeScene(1200, 800)).jpeg({ quality: 95 }).toBuffer();
    const [sharp_, blurred, dark] = await Promise.all([
      analyse(bytes),
      sharp(bytes)
        .blur(6)
        .jpeg()
        .toBuffer()
        .then((copy) => analyse(copy)),
      sharp(bytes)
        .linear(0.1, 0)
        .jpeg()
        .toBuffer()
        .then((copy) => analyse(copy)),
    ]);
    expect(blurred.quality.sharpness).toBeLessThan(sharp_.quality.sharpness - 0.2);
    expect(blurred.quality.noise).toBeLessThan(sharp_.quality.noise);
    expect(dark.quality.exposureError).toBeGreaterThan(sharp_.quality.exposureError + 0.2);
    expect(Math.max(blurred.quality.score, dark.quality.score)).toBeLessThan(sharp_.quality.score);
  });

  test('near duplicates have near hashes, other pictures do not', async () => {
    const original = await (await makeScene(1600, 1200, 3)).jpeg({ quality: 95 }).toBuffer();
    const copy = await sharp(original).resize(640).jpeg({ quality: 40 }).toBuffer();
    const other = await (await makeScene(1600, 1200, 8)).jpeg().toBuffer();
    const [a, b, c] = await Promise.all([original, copy, other].map((bytes) => analyse(bytes)));
    expect(distance(a?.perceptualHash ?? '', b?.perceptualHash ?? '')).toBeLessThanOrEqual(6);
    expect(distance(a?.perceptualHash ?? '', c?.perceptualHash ?? '')).toBeGreaterThan(12);
  });

  test.each([
    ['a page', 1240, 1754, '#ffffff', '#111111', 28, 40],
    ['a slide', 1920, 1080, '#102030', '#eeeeee', 90, 2],
    ['a word in huge letters', 1600, 900, '#ffffff', '#cc0000', 400, 1],
    ['a caption', 1920, 1080, '#446644', '#ffffff', 40, 1],
    ['small print of a screen', 1920, 1080, '#f5f5f5', '#333333', 15, 20],
  ])('%s looks like writing', async (_what, width, height, paper, ink, size, lines) => {
    const rows = Array.from(
      { length: lines },
      (_, row) =>
        `<text x="60" y="${size * 1.5 * (row + 1)}" font-family="sans-serif" font-size="${size}" fill="${ink}">Holdfast ${row}</text>`,
    );
    const page = draw(width, height, `<rect width="100%" height="100%" fill="${paper}"/>${rows.join('')}`);
    const { textLikelihood } = await analyse(await page.jpeg().toBuffer());
    expect(textLikelihood).toBeGreaterThan(TEXT_LIKELIHOOD_FLOOR);
  });

  test('a scene without letters does not look like writing', async () => {
    const { textLikelihood } = await analyse(await (await makeScene(1600, 1200, 5)).jpeg().toBuffer());
    expect(textLikelihood).toBeLessThan(TEXT_LIKELIHOOD_FLOOR);
  });
});

describe('every kind of picture', () => {
  test.each([1, 2, 3, 4, 5, 6, 7, 8])('stands upright with EXIF orientation %i', async (orientation) => {
    // Red in the upper left corner once upright.
    const upright = draw(
      160,
      80,
      '<rect width="100%" height="100%" fill="#ffffff"/><rect width="40" height="20" fill="#ff0000"/>',
    ).removeAlpha();
    const turns = {
      1: [],
      2: ['flop'],
      3: ['flip', 'flop'],
      4: ['flip'],
      5: ['270', 'flip'],
      6: ['270'],
      7: ['90', 'flip'],
      8: ['90'],
    } as Record<number, string[]>;
    let bytes = await upright.png().toBuffer();
    for (const turn of turns[orientation] ?? []) {
      const step = sharp(bytes);
      bytes = await (turn === 'flop' ? step.flop() : turn === 'flip' ? step.flip() : step.rotate(Number(turn)))
        .png()
        .toBuffer();
    }
    const stored = await sharp(bytes).withMetadata({ orientation }).jpeg({ quality: 95 }).toBuffer();
    const analysis = await analyse(stored, 'image/jpeg', {
      tensors: [{ id: 't', width: 16, height: 8, fit: 'fill', channels: 3 }],
    });
    expect([analysis.width, analysis.height, analysis.orientation]).toEqual([160, 80, orientation]);
    const [red, green] = analysis.tensors[0]?.bytes ?? [];
    expect(red).toBeGreaterThan(200);
    expect(green).toBeLessThan(80);
  });

  test('16 bits, grey, transparent, CMYK, palettes: all end as sRGB', async () => {
    const scene = await makeScene(320, 240);
    const png = await scene.clone().png().toBuffer();
    const kinds: Array<[Buffer, string, object]> = [
      [await sharp(png).toColourspace('rgb16').png().toBuffer(), 'image/png', { bitDepth: 16 }],
      [await sharp(png).toColourspace('b-w').png().toBuffer(), 'image/png', { colourSpace: 'b-w' }],
      [await sharp(png).toColourspace('cmyk').jpeg().toBuffer(), 'image/jpeg', { colourSpace: 'cmyk' }],
      [await sharp(png).ensureAlpha(0.5).webp().toBuffer(), 'image/webp', { hasAlpha: true }],
      [await sharp(png).png({ palette: true }).toBuffer(), 'image/png', {}],
      [await sharp(png).tiff({ compression: 'lzw' }).toBuffer(), 'image/tiff', { format: 'tiff' }],
      [await sharp(png).avif({ effort: 0 }).toBuffer(), 'image/avif', { format: 'heif' }],
      [await sharp(png).withIccProfile('p3').jpeg().toBuffer(), 'image/jpeg', { colourProfile: expect.stringMatching(/P3/) }],
    ];
    for (const [bytes, mediaType, facts] of kinds) {
      const analysis = await analyse(bytes, mediaType);
      expect(analysis).toMatchObject({ width: 320, height: 240, partial: [], ...facts });
      expect(await sharp(analysis.renditions[1]?.bytes).metadata()).toMatchObject({ space: 'srgb', depth: 'uchar' });
    }
  });

  test('an animation shows its first frame and says how long it is', async () => {
    const file = ffmpeg('-f', 'lavfi', '-i', 'testsrc=s=64x48:r=10:d=2', join(makeFolder(), 'a.gif'));
    expect(await analyse(readFileSync(file), 'image/gif')).toMatchObject({
      width: 64,
      height: 48,
      frames: 20,
      durationSeconds: 2,
    });
  });

  test.each(['bmp', 'jp2', 'ppm', 'qoi'])('.%s is read by way of ffmpeg', async (extension) => {
    const file = ffmpeg('-f', 'lavfi', '-i', 'testsrc=s=80x60', '-frames:v', '1', join(makeFolder(), `a.${extension}`));
    const mediaType = { bmp: 'image/bmp', jp2: 'image/jp2', ppm: 'image/x-portable-anymap', qoi: 'image/qoi' }[extension] ?? '';
    expect(await analyse(readFileSync(file), mediaType)).toMatchObject({ width: 80, height: 60 });
  });

  // sharp writes no HEVC; Debian's libheif-examples does.
  test('HEIC is decoded, with its metadata', async (context) => {
    context.skip(
      !existsSync('/usr/bin/heif-enc'),
      'the Debian package libheif-examples, which makes such files, is not installed',
    );
    const folder = makeFolder();
    const scene = (await makeScene(320, 240)).withExif({ IFD0: { Make: 'Apple' } });
    await scene.jpeg().toFile(join(folder, 'a.jpg'));
    execFileSync('/usr/bin/heif-enc', ['-q', '60', '-o', join(folder, 'a.heic'), join(folder, 'a.jpg')], { stdio: 'ignore' });
    const analysis = await analyse(readFileSync(join(folder, 'a.heic')), 'image/heic');
    expect(analysis).toMatchObject({ format: 'heic', width: 320, height: 240, metadata: { camera: { make: 'Apple' } } });
  });

  test('a camera raw file shows the largest preview in it', async () => {
    const small = await (await makeScene(160, 120)).jpeg().toBuffer();
    const large = await (await makeScene(1200, 800)).jpeg().toBuffer();
    const raw = Buffer.concat([
      Buffer.from('49492a001000000043520200', 'hex'),
      Buffer.alloc(500),
      small,
      Buffer.alloc(333),
      large,
      Buffer.alloc(5000, 9),
    ]);
    const analysis = await analyse(raw, 'image/x-canon-cr2');
    expect(analysis).toMatchObject({ format: 'raw', width: 1200, height: 800 });
    expect(analysis.partial[0]).toMatch(/preview/);
    await expect(analyse(raw.subarray(0, 600), 'image/x-canon-cr2')).rejects.toMatchObject({ code: 'MEDIA_RAW_NO_PREVIEW' });
  });
});

describe('damaged pictures', () => {
  test('a JPEG that ends early shows what there is and says so', async () => {
    const whole = await (await makeScene(800, 600)).jpeg().toBuffer();
    const analysis = await analyse(whole.subarray(0, whole.length / 2));
    expect(analysis).toMatchObject({ width: 800, height: 600 });
    expect(analysis.partial.join()).toMatch(/ends early/);
  });

  test('what cannot be decoded at all is the file’s fault', async () => {
    await expect(analyse(Buffer.from('not a picture at all'))).rejects.toMatchObject({
      code: 'MEDIA_IMAGE_UNREADABLE',
      kind: 'unprocessable',
    });
    await expect(analyse(Buffer.alloc(0))).rejects.toMatchObject({ kind: 'unprocessable' });
  });

  test('more pixels than allowed are refused from the header alone', async () => {
    const bytes = await sharp({ create: { width: 4000, height: 4000, channels: 3, background: 'blue' } })
      .png()
      .toBuffer();
    const tight = { ...settings, maxPixels: 1_000_000 };
    await expect(analyseImage(pool, bytes, { mediaType: 'image/png', settings: tight })).rejects.toMatchObject({
      code: 'MEDIA_IMAGE_TOO_LARGE',
    });
  });
});
