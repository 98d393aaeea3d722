import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import sharp from 'sharp';
import { expect, test, vi } from 'vitest';
import { ffmpeg, makeFolder, testSettings as settings } from '../testing/making-files.ts';
import { probeVideoOrAudio } from '../video/probe-recording.ts';
import { analyseSound, readLoudness } from './analyse-sound.ts';
import { readCover } from './read-cover.ts';
import { WavePeaks } from './wave-peaks.ts';

// Real tools run here, and other work may run beside them.
vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

const folder = makeFolder();

test('a sound becomes 16 kHz mono speech, a waveform and a loudness', async () => {
  // Two seconds of tone, two of silence.
  const file = ffmpeg('-f', 'lavfi', '-i', 'sine=f=440:d=2', '-af', 'apad=pad_dur=2', join(folder, 'tone.flac'));
  const source = { file, mediaType: 'audio/flac', settings };
  const probe = await probeVideoOrAudio(source);
  expect(probe).toMatchObject({ kind: 'audio', browserPlayable: true });
  const sound = await analyseSound({ ...source, probe, scratchFolder: makeFolder() });
  expect(sound?.waveform.durationSeconds).toBeCloseTo(4, 1);
  expect(sound?.waveform.silentShare).toBeCloseTo(0.5, 1);
  expect(sound?.waveform.loudnessLufs).toBeLessThan(-15);
  const { peaks = [] } = sound?.waveform ?? {};
  expect(peaks.length).toBeGreaterThan(1900);
  expect(peaks[100]).toBeGreaterThan(20);
  expect(peaks.at(-100)).toBe(0);
  const speech = readFileSync(sound?.speechFile ?? '');
  expect(speech.readUInt32LE(24)).toBe(16_000);
  expect(speech.readUInt16LE(22)).toBe(1);
});

test('a film without sound has none, and that is no error', async () => {
  const file = ffmpeg('-f', 'lavfi', '-i', 'testsrc=s=64x48:d=1', '-pix_fmt', 'yuv420p', join(folder, 'mute.mp4'));
  const source = { file, mediaType: 'video/mp4', settings };
  const probe = await probeVideoOrAudio(source);
  expect(await analyseSound({ ...source, probe, scratchFolder: makeFolder() })).toBeNull();
});

test('the cover of a song is taken out as it is', async () => {
  const picture = join(folder, 'cover.jpg');
  await sharp({ create: { width: 300, height: 300, channels: 3, background: 'teal' } })
    .jpeg()
    .toFile(picture);
  const tags = ['-metadata', 'title=Song', '-metadata', 'artist=Ann'];
  const file = ffmpeg(
    '-f',
    'lavfi',
    '-i',
    'sine=d=1',
    '-i',
    picture,
    '-map',
    '0',
    '-map',
    '1',
    '-c:v',
    'copy',
    '-disposition:v:0',
    'attached_pic',
    ...tags,
    join(folder, 'song.mp3'),
  );
  const source = { file, mediaType: 'audio/mpeg', settings };
  const probe = await probeVideoOrAudio(source);
  expect(probe).toMatchObject({ kind: 'audio', metadata: { title: 'Song', creator: 'Ann' } });
  const cover = await readCover(source, probe);
  expect(cover?.mediaType).toBe('image/jpeg');
  expect((await sharp(cover?.bytes).metadata()).width).toBe(300);
});

test('the waveform is the same however the file is cut into chunks', () => {
  fc.assert(
    fc.property(
      fc.array(fc.integer({ min: -32_768, max: 32_767 }), { maxLength: 400 }),
      fc.integer({ min: 1, max: 61 }),
      (samples, step) => {
        const file = Buffer.alloc(44 + samples.length * 2);
        samples.forEach((sample, index) => void file.writeInt16LE(sample, 44 + index * 2));
        const whole = new WavePeaks(7);
        whole.push(file);
        const pieces = new WavePeaks(7);
        for (let at = 0; at < file.length; at += step) pieces.push(file.subarray(at, at + step));
        const result = whole.finish();
        expect(pieces.finish()).toEqual(result);
        expect(result.peaks).toHaveLength(Math.ceil(samples.length / 7));
      },
    ),
  );
});

test('silence has no loudness, and the first summary (of nothing) does not count', () => {
  const summary = (i: string, peak: string) =>
    `Summary:\n  Integrated loudness:\n    I: ${i} LUFS\n  True peak:\n    Peak: ${peak} dBFS\n`;
  expect(readLoudness(summary('-70.0', '-inf'))).toEqual({ loudnessLufs: null, truePeakDb: null });
  expect(readLoudness(summary('-70.0', '-inf') + summary('-21.8', '-17.7'))).toEqual({
    loudnessLufs: -21.8,
    truePeakDb: -17.7,
  });
});
