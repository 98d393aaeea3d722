import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { fileTypeFromBuffer } from 'file-type';
import sharp from 'sharp';
import { expect, test, vi } from 'vitest';
import { draw, ffmpeg, makeDocx, makeFolder, makePdf, makeZip } from '../testing/making-files.ts';
import { DETECT_HEAD_BYTES, detectType } from './detect-type.ts';

// Real tools run here, and other work may run beside them.
vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

const detect = (bytes: Buffer | string, name = '') => {
  const whole = Buffer.from(bytes as string);
  return detectType(whole.subarray(0, DETECT_HEAD_BYTES), whole.subarray(-DETECT_HEAD_BYTES), name);
};

test('an empty file is unknown and says why', () => {
  expect(detect('')).toEqual({
    kind: 'unknown',
    mediaType: 'application/octet-stream',
    extension: '',
    reason: 'The file is empty.',
  });
});

test('pictures are what they are, not what they are called', async () => {
  const picture = draw(32, 32, '<circle cx="16" cy="16" r="9" fill="red"/>');
  for (const format of ['jpeg', 'png', 'webp', 'gif', 'tiff', 'avif'] as const) {
    const bytes = await picture.clone().toFormat(format).toBuffer();
    expect(detect(bytes, 'report.pdf')).toMatchObject({ kind: 'image', mediaType: `image/${format}` });
    expect((await fileTypeFromBuffer(bytes))?.mime).toBe(`image/${format}`);
  }
});

test.each([
  ['mp4', 'video/mp4', ['-c:v', 'libx264', '-c:a', 'aac']],
  ['mov', 'video/quicktime', ['-c:v', 'libx264', '-c:a', 'aac']],
  ['mkv', 'video/matroska', ['-c:v', 'mpeg4', '-c:a', 'mp3']],
  ['webm', 'video/webm', ['-c:v', 'libvpx', '-c:a', 'libvorbis']],
  ['avi', 'video/x-msvideo', ['-c:v', 'mpeg4', '-c:a', 'mp3']],
  ['ts', 'video/mp2t', ['-c:v', 'mpeg2video', '-c:a', 'mp2']],
  ['mpg', 'video/mpeg', ['-c:v', 'mpeg2video', '-c:a', 'mp2']],
  ['flv', 'video/x-flv', ['-c:v', 'flv', '-c:a', 'mp3', '-ar', '44100']],
  ['wmv', 'video/x-ms-wmv', ['-c:v', 'wmv2', '-c:a', 'wmav2']],
  ['ogv', 'video/ogg', ['-c:v', 'libtheora', '-c:a', 'libvorbis']],
  ['mp3', 'audio/mpeg', ['-vn', '-c:a', 'mp3']],
  ['m4a', 'audio/mp4', ['-vn', '-c:a', 'aac', '-f', 'ipod']],
  ['aac', 'audio/aac', ['-vn', '-c:a', 'aac']],
  ['flac', 'audio/flac', ['-vn']],
  ['wav', 'audio/wav', ['-vn']],
  ['ogg', 'audio/ogg', ['-vn', '-c:a', 'libvorbis']],
  ['opus', 'audio/opus', ['-vn', '-c:a', 'libopus', '-ar', '48000']],
  ['aiff', 'audio/aiff', ['-vn']],
])('a recording in .%s is %s', (extension, mediaType, codecs) => {
  const source = ['-f', 'lavfi', '-i', 'testsrc=s=64x48:r=10:d=1', '-f', 'lavfi', '-i', 'sine=d=1'];
  const file = ffmpeg(...source, ...codecs, join(makeFolder(), `a.${extension}`));
  expect(detect(readFileSync(file), 'holiday.jpg')).toMatchObject({ kind: mediaType.split('/')[0], mediaType });
});

test('documents are told apart by what is in them', () => {
  expect(detect(makePdf(['x']))).toMatchObject({ kind: 'document', mediaType: 'application/pdf' });
  expect(detect(`\n\n${makePdf(['x'])}`)).toMatchObject({ mediaType: 'application/pdf' });
  expect(detect(makeDocx(['x']))).toMatchObject({ kind: 'document', extension: 'docx' });
  const odt = { name: 'mimetype', content: 'application/vnd.oasis.opendocument.text', stored: true };
  expect(detect(makeZip([odt, { name: 'content.xml', content: '<x/>' }]))).toMatchObject({
    kind: 'document',
    extension: 'odt',
  });
  expect(detect(makeZip([{ name: 'a.txt', content: 'x' }]))).toMatchObject({
    kind: 'unknown',
    mediaType: 'application/zip',
    reason: expect.any(String),
  });
});

test('a note about a PDF is not a PDF', () => {
  expect(detect('Every PDF begins with %PDF-1.4 and ends with %%EOF')).toMatchObject({ kind: 'text' });
});

test('text is text in every encoding', () => {
  expect(detect('Grüße')).toMatchObject({ kind: 'text', mediaType: 'text/plain' });
  expect(detect(Buffer.from('\ufeffGrüße', 'utf16le'))).toMatchObject({ kind: 'text' });
  expect(detect(Buffer.from('Gr\xfc\xdfe aus K\xf6ln', 'latin1'))).toMatchObject({ kind: 'text' });
  expect(detect(Buffer.from('Plain words without a mark', 'utf16le'))).toMatchObject({ kind: 'text' });
  expect(detect('a,b\n1,2\n', 'table.csv')).toMatchObject({ kind: 'text', mediaType: 'text/csv' });
  expect(detect('BZh is how Bernd begins his letters')).toMatchObject({ kind: 'text' });
});

test.each([
  ['an HLS playlist', '#EXTM3U\n#EXT-X-TARGETDURATION:1\n#EXTINF:1,\nfile:///etc/passwd\n'],
  ['a concat script', "ffconcat version 1.0\nfile '/etc/passwd'\n"],
  ['a bare concat script', "file '/etc/passwd'\nfile '/etc/shadow'\n"],
  ['a DASH manifest', '<?xml version="1.0"?><MPD xmlns="urn:mpeg:dash:schema:mpd:2011"></MPD>'],
  ['a session description', 'v=0\r\no=- 0 0 IN IP4 127.0.0.1\r\n'],
  ['a drawing', '<?xml version="1.0"?><!DOCTYPE svg [<!ENTITY x SYSTEM "file:///etc/passwd">]><svg>&x;</svg>'],
])('%s renamed to a video is text, with the reason', (_what, content) => {
  expect(detect(content, 'video.mp4')).toMatchObject({ kind: 'text', reason: expect.stringMatching(/kept as text and never/) });
});

test('camera raw files are not mistaken for TIFF pictures', () => {
  const cr2 = Buffer.from('49492a001000000043520200', 'hex');
  expect(detect(Buffer.concat([cr2, Buffer.alloc(64)]))).toMatchObject({ kind: 'image', mediaType: 'image/x-canon-cr2' });
  const dng = Buffer.alloc(64);
  dng.write('II*\0', 'latin1');
  dng.writeUInt32LE(8, 4);
  dng.writeUInt16LE(1, 8);
  dng.writeUInt16LE(0xc612, 10);
  expect(detect(dng)).toMatchObject({ mediaType: 'image/x-adobe-dng' });
  expect(detect(Buffer.concat([Buffer.from('FUJIFILMCCD-RAW '), Buffer.alloc(80)]))).toMatchObject({ extension: 'raf' });
});

test('no bytes whatever make it throw', async () => {
  const seeds = [
    await sharp({ create: { width: 8, height: 8, channels: 3, background: 'red' } })
      .tiff()
      .toBuffer(),
    makeDocx(['x']),
  ];
  fc.assert(fc.property(fc.uint8Array({ maxLength: 500 }), (bytes) => void detect(Buffer.from(bytes))));
  for (const seed of seeds) {
    fc.assert(
      fc.property(fc.nat(seed.length - 1), fc.nat(255), fc.nat(seed.length), (at, value, end) => {
        const mutated = Buffer.from(seed.subarray(0, end));
        if (at < end) mutated[at] = value;
        expect(detect(mutated).kind).toBeTypeOf('string');
      }),
    );
  }
});
