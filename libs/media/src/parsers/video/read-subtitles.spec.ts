import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, test, vi } from 'vitest';
import { ffmpeg, makeFolder, testSettings as settings } from '../testing/making-files.ts';
import { probeVideoOrAudio } from './probe-recording.ts';
import { languageCode, readSubtitles } from './read-subtitles.ts';
import { readCues } from './subtitle-cues.ts';

// Real tools run here, and other work may run beside them.
vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

const folder = makeFolder();
const english =
  '1\n00:00:41,000 --> 00:00:43,500\nThe <i>lighthouse</i> is & stays dark.\n\n2\n00:01:02,000 --> 00:01:03,250\nNobody came.\n';
const arabic = '1\n00:00:01,000 --> 00:00:02,000\nمرحبا \u202eabc\n';

async function read(container: string, codec: string, mediaType: string) {
  const [first, second] = [join(folder, 'en.srt'), join(folder, 'ar.srt')];
  writeFileSync(first, english);
  writeFileSync(second, arabic);
  const picture = ['-f', 'lavfi', '-i', 'testsrc=s=64x48:d=70:r=1', '-i', first, '-i', second];
  const video = container === 'webm' ? ['-c:v', 'libvpx'] : ['-c:v', 'libx264', '-pix_fmt', 'yuv420p'];
  const languages = ['-metadata:s:s:0', 'language=eng', '-metadata:s:s:1', 'language=ara'];
  const maps = ['-map', '0', '-map', '1', '-map', '2'];
  const file = ffmpeg(...picture, ...maps, ...video, '-c:s', codec, ...languages, join(folder, `${codec}.${container}`));
  const source = { file, mediaType, settings, scratchFolder: makeFolder() };
  return (await readSubtitles(source, await probeVideoOrAudio(source))).tracks;
}

test.each([
  ['mp4', 'mov_text', 'video/mp4'],
  ['mkv', 'subrip', 'video/matroska'],
  ['mkv', 'ass', 'video/matroska'],
  ['webm', 'webvtt', 'video/webm'],
])('subtitles in %s (%s) are read, track by track, with their times and languages', async (container, codec, mediaType) => {
  expect(await read(container, codec, mediaType)).toEqual([
    {
      language: 'en',
      cues: [
        { startSeconds: 41, endSeconds: 43.5, text: 'The lighthouse is & stays dark.' },
        { startSeconds: 62, endSeconds: 63.25, text: 'Nobody came.' },
      ],
    },
    { language: 'ar', cues: [{ startSeconds: 1, endSeconds: 2, text: 'مرحبا abc' }] },
  ]);
});

test('of a track that is larger than any real one the beginning is read', async () => {
  const second = (at: number) => new Date(at * 1000).toISOString().slice(11, 19);
  const cues = Array.from(
    { length: 700 },
    (_, at) => `${at + 1}\n${second(at)},000 --> ${second(at)},900\n${at} ${'babble '.repeat(2500)}\n`,
  );
  const srt = join(folder, 'huge.srt');
  writeFileSync(srt, cues.join('\n'));
  const picture = ['-f', 'lavfi', '-i', 'testsrc=s=64x48:d=700:r=1', '-i', srt, '-c:v', 'libx264', '-preset', 'ultrafast'];
  const file = ffmpeg(...picture, '-pix_fmt', 'yuv420p', '-c:s', 'subrip', join(folder, 'huge.mkv'));
  const source = { file, mediaType: 'video/matroska', settings, scratchFolder: makeFolder() };
  const { tracks } = await readSubtitles(source, await probeVideoOrAudio(source));
  const found = tracks[0]?.cues.length ?? 0;
  expect(found).toBeGreaterThan(100);
  expect(found).toBeLessThan(700);
  for (const { text } of tracks[0]?.cues ?? []) expect(text.length).toBeLessThanOrEqual(2000);
});

test('a recording without subtitles has none, and nothing is started for it', async () => {
  const source = { file: '/nowhere', mediaType: 'video/mp4', settings, scratchFolder: folder };
  expect(await readSubtitles(source, { streams: [] })).toEqual({ tracks: [], cpuMs: 0 });
});

test('times of long films are read', () => {
  expect(readCues('WEBVTT\n\n01:02:03.500 --> 01:02:04.000\nLate.\n')).toEqual([
    { startSeconds: 3723.5, endSeconds: 3724, text: 'Late.' },
  ]);
});

test('a line that is shown again and again is told once; drawings and blank cues are left out', () => {
  const cue = (from: string, to: string, text: string) => `00:00:${from} --> 00:00:${to}\n${text}\n\n`;
  const vtt = `WEBVTT\n\n${cue('01.000', '02.000', 'Hello')}${cue('02.000', '03.000', 'Hello')}${cue('03.000', '04.000', 'm 0 0 l 100 0 100 20 0 20')}${cue('04.000', '05.000', '<b> </b>')}${cue('09.000', '10.000', 'Hello')}`;
  expect(readCues(vtt)).toEqual([
    { startSeconds: 1, endSeconds: 3, text: 'Hello' },
    { startSeconds: 9, endSeconds: 10, text: 'Hello' },
  ]);
});

test('whatever the text, cues are bounded and hold no control characters', () => {
  const piece = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.constant('00:01.000 --> 00:02.000\n'),
    fc.constant('\n\n'),
    fc.constant('<b'),
  );
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 60 }), (pieces) => {
      for (const { startSeconds, endSeconds, text } of readCues(pieces.join(''))) {
        expect(endSeconds).toBeGreaterThanOrEqual(startSeconds);
        expect(text.replaceAll('\n', '')).not.toMatch(/[\p{Cc}\u202a-\u202e\u2066-\u2069]/u);
        expect(text.length).toBeLessThanOrEqual(2000);
      }
    }),
  );
});

test('languages get the names that everybody else uses', () => {
  expect(['eng', 'ger', 'deu', 'fr', 'und', 'tlh', '??', null].map(languageCode)).toEqual([
    'en',
    'de',
    'de',
    'fr',
    null,
    'tlh',
    null,
    null,
  ]);
});
