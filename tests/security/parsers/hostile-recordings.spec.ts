import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  analyseSound,
  analyseVideo,
  detectType,
  openImagePool,
  probeVideoOrAudio,
} from '../../../libs/media/src/parsers/index.ts';
import { ffmpeg, makeFolder, testSettings } from '../../../libs/media/src/parsers/testing/making-files.ts';

const settings = { ...testSettings, wallSeconds: 10, videoWallSeconds: 15 };
const pool = openImagePool(settings);
const folder = makeFolder();
afterAll(() => pool.close());
const fault = expect.objectContaining({ kind: 'unprocessable' });

let film: Buffer;
let secret: string;
beforeAll(() => {
  const lavfi = ['-f', 'lavfi', '-i', 'testsrc=s=160x120:r=10:d=3', '-f', 'lavfi', '-i', 'sine=d=3'];
  film = readFileSync(
    ffmpeg(...lavfi, '-c:v', 'libx264', '-pix_fmt', 'yuv420p', '-g', '5', '-c:a', 'aac', join(folder, 'film.mp4')),
  );
  secret = ffmpeg(...lavfi, '-c:v', 'libx264', '-pix_fmt', 'yuv420p', join(folder, 'secret.ts'));
});

async function readAll(bytes: Buffer | string, mediaType: string) {
  const home = makeFolder();
  const file = join(home, 'input');
  writeFileSync(file, bytes);
  const source = { file, mediaType, settings };
  const probe = await probeVideoOrAudio(source);
  mkdirSync(join(home, 'scratch'));
  const scratchFolder = join(home, 'scratch');
  const video = probe.kind === 'video' ? await analyseVideo({ ...source, probe, pool, scratchFolder }) : null;
  return { probe, video, sound: await analyseSound({ ...source, probe, scratchFolder }) };
}

describe('a playlist that points at files of this machine', () => {
  const playlists = () => ({
    hls: `#EXTM3U\n#EXT-X-VERSION:3\n#EXT-X-TARGETDURATION:10\n#EXTINF:3,\nfile://${secret}\n#EXT-X-ENDLIST\n`,
    'hls with a format before the path': `#EXTM3U\n#EXT-X-TARGETDURATION:10\n#EXTINF:3,\nconcat:${secret}|/etc/passwd\n#EXT-X-ENDLIST\n`,
    ffconcat: `ffconcat version 1.0\nfile '${secret}'\nduration 3\n`,
    'text as subtitles': `ffconcat version 1.0\nfile 'subfile,,start,0,end,1000,,:/etc/passwd'\n`,
    dash: `<?xml version="1.0"?><MPD xmlns="urn:mpeg:dash:schema:mpd:2011" mediaPresentationDuration="PT3S"><Period><AdaptationSet><Representation id="1"><BaseURL>file://${secret}</BaseURL></Representation></AdaptationSet></Period></MPD>`,
    sdp: 'v=0\r\no=- 0 0 IN IP4 127.0.0.1\r\ns=x\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\nm=video 5004 RTP/AVP 96\r\n',
  });

  test.each(['mp4', 'avi', 'mkv', 'mp3', 'ts'])('renamed to .%s is recognised as text', (extension) => {
    for (const [name, playlist] of Object.entries(playlists())) {
      expect(detectType(Buffer.from(playlist), undefined, `holiday.${extension}`), name).toMatchObject({ kind: 'text' });
    }
  });

  test.each(['video/mp4', 'video/x-msvideo', 'video/matroska', 'audio/mpeg', 'video/mp2t', 'video/mpeg', 'audio/aac'])(
    'is not followed even when it is handed to ffmpeg as %s',
    async (mediaType) => {
      for (const [name, playlist] of Object.entries(playlists()))
        await expect(readAll(playlist, mediaType), name).rejects.toEqual(fault);
    },
  );

  test('the same playlists work without our walls, so the test is able to fail', () => {
    const file = join(folder, 'proof.m3u8');
    writeFileSync(file, playlists().hls);
    const copy = ffmpeg('-allowed_extensions', 'ALL', '-i', file, '-c', 'copy', join(folder, 'stolen.ts'));
    expect(readFileSync(copy).length).toBeGreaterThan(1000);
  });

  test('other types than recordings never reach ffmpeg', async () => {
    await expect(readAll(playlists().hls, 'application/vnd.apple.mpegurl')).rejects.toMatchObject({
      code: 'MEDIA_FORMAT_UNSUPPORTED',
    });
  });
});

describe('recordings cut short anywhere', () => {
  test.each([
    ['mp4', 'video/mp4', []],
    ['mkv', 'video/matroska', ['-c', 'copy']],
    ['avi', 'video/x-msvideo', ['-c:v', 'mpeg4', '-c:a', 'mp3']],
    ['ts', 'video/mp2t', ['-c', 'copy']],
    ['mp3', 'audio/mpeg', ['-vn']],
    ['flac', 'audio/flac', ['-vn']],
  ])('%s', async (extension, mediaType, codecs) => {
    const whole =
      codecs.length === 0
        ? film
        : readFileSync(ffmpeg('-i', join(folder, 'film.mp4'), ...codecs, join(folder, `cut.${extension}`)));
    for (const share of [0, 0.001, 0.01, 0.2, 0.6, 0.95]) {
      const [result] = await Promise.allSettled([readAll(whole.subarray(0, Math.floor(whole.length * share)), mediaType)]);
      if (result.status === 'rejected') expect(result.reason, `cut at ${share}`).toEqual(fault);
      else expect(result.value.probe.durationSeconds).toBeLessThan(20);
    }
  });
});

describe('lies', () => {
  /** The same film with another length in its movie header and in those of its tracks. */
  function claiming(duration: number): Buffer {
    const bytes = Buffer.from(film);
    for (const [box, offset] of [
      ['mvhd', 20],
      ['mdhd', 20],
      ['tkhd', 24],
    ] as const) {
      for (let at = bytes.indexOf(box); at >= 0; at = bytes.indexOf(box, at + 4)) bytes.writeUInt32BE(duration, at + offset);
    }
    return bytes;
  }

  /** The same film in Matroska, whose header is believed by every ffmpeg: a float of milliseconds behind the id 0x4489. */
  function claimingInMatroska(milliseconds: number): Buffer {
    const bytes = readFileSync(ffmpeg('-i', join(folder, 'film.mp4'), '-c', 'copy', join(folder, 'lie.mkv')));
    const at = bytes.indexOf(Buffer.from([0x44, 0x89, 0x88]));
    expect(at).toBeGreaterThan(0);
    bytes.writeDoubleBE(milliseconds, at + 3);
    return bytes;
  }

  test('a film of three seconds that claims to last for weeks is measured', async () => {
    // Newer versions of ffmpeg do not believe this one either, and then there is nothing to correct.
    const { probe, video } = await readAll(claiming(0x7fffffff), 'video/mp4');
    expect(probe.durationSeconds).toBeLessThan(10);
    expect(video?.framesSeen).toBeGreaterThan(1);
    const matroska = await readAll(claimingInMatroska(2e9), 'video/matroska');
    expect(matroska.probe.durationSeconds).toBeLessThan(10);
    expect(matroska.probe.corrections.join()).toMatch(/claims to last/);
    expect(matroska.video?.framesSeen).toBeGreaterThan(1);
  });

  test('a film that claims to last no time at all is measured', async () => {
    expect((await readAll(claiming(0), 'video/mp4')).probe.durationSeconds).toBeCloseTo(3, 0);
  });

  test('a film whose frames are 65 535 pixels wide fails or is bounded', async () => {
    const bytes = Buffer.from(film);
    const entry = bytes.indexOf('avc1', bytes.indexOf('stsd'));
    bytes.writeUInt16BE(65_535, entry + 28);
    bytes.writeUInt16BE(65_535, entry + 30);
    const [result] = await Promise.allSettled([readAll(bytes, 'video/mp4')]);
    if (result.status === 'rejected') expect(result.reason).toEqual(fault);
    else expect(result.value.video?.poster.renditions.every(({ width }) => width <= 1440)).toBe(true);
  });
});
