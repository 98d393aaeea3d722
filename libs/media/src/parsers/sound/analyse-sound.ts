import { createReadStream } from 'node:fs';
import { mkdtemp, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { type RecordingSource, runFfmpeg } from '../ffmpeg.ts';
import type { Probe, SoundAnalysis, Waveform } from '../parser-results.ts';
import { WavePeaks } from './wave-peaks.ts';

/** Version of the sound analysis, for the ledger. */
export const SOUND_VERSION = 1;

const SPEECH_RATE = 16_000;
const PEAKS = 2000;
const LONGEST_SECONDS = 24 * 3600;
const LARGEST_OUTPUT_BYTES = 4 * 2 ** 30;

export interface SoundOptions extends RecordingSource {
  probe: Probe;
  /** An existing folder; the speech file is left there. */
  scratchFolder: string;
  /** Told the share that is done, 0 to 1. */
  onProgress?: ((share: number) => void) | undefined;
}

/**
 * The first sound track as 16 kHz mono WAV for speech recognition, with its waveform and loudness, in one ffmpeg process. Null
 * when the recording is silent by nature (it has no sound track).
 */
export async function analyseSound(options: SoundOptions): Promise<SoundAnalysis | null> {
  const { probe, onProgress } = options;
  if (!probe.streams.some(({ kind }) => kind === 'audio')) return null;
  const folder = await mkdtemp(join(options.scratchFolder, 'sound-'));
  try {
    const { stderr, cpuMs } = await runFfmpeg({
      source: options,
      before: ['-t', String(LONGEST_SECONDS)],
      outputFolder: folder,
      outputBytes: LARGEST_OUTPUT_BYTES,
      verbosity: 'info',
      onProgress: onProgress && ((seconds) => onProgress(Math.min(1, seconds / Math.max(1, probe.durationSeconds)))),
      after: (output) => [
        ...[
          '-vn',
          '-sn',
          '-dn',
          '-map_metadata',
          '-1',
          '-filter_complex',
          '[0:a:0]asplit[a][b];[b]ebur128=peak=true:framelog=verbose[l]',
        ],
        ...['-map', '[a]', '-ac', '1', '-ar', String(SPEECH_RATE), '-c:a', 'pcm_s16le'],
        ...['-fflags', '+bitexact', '-flags', '+bitexact', '-f', 'wav', `${output}/speech.wav`],
        ...['-map', '[l]', '-f', 'null', '-'],
      ],
    });
    const speechFile = join(options.scratchFolder, 'speech.wav');
    await rename(join(folder, 'speech.wav'), speechFile);
    const partial = probe.durationSeconds > LONGEST_SECONDS ? ['Sound after the first 24 hours was not read.'] : [];
    return { speechFile, waveform: await readWaveform(speechFile, probe, stderr), partial, cpuMs };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function readWaveform(file: string, probe: Probe, report: string): Promise<Waveform> {
  const expected = Math.min(LONGEST_SECONDS, probe.durationSeconds || 60) * SPEECH_RATE;
  const peaks = new WavePeaks(Math.max(16, expected / PEAKS));
  for await (const chunk of createReadStream(file, { highWaterMark: 2 ** 18 })) peaks.push(chunk as Buffer);
  const { samples, silentShare, ...outline } = peaks.finish();
  return {
    peaks: outline.peaks.slice(0, 2 * PEAKS),
    durationSeconds: samples / SPEECH_RATE,
    silentShare,
    ...readLoudness(report),
  };
}

/** The last summary that the loudness filter prints (one comes before it has heard anything). Silence is -70 LUFS and -inf dB. */
export function readLoudness(report: string): { loudnessLufs: number | null; truePeakDb: number | null } {
  const summary = report.slice(report.lastIndexOf('Summary:'));
  const integrated = Number(/I:\s+(-?[\d.]+) LUFS/.exec(summary)?.[1] ?? Number.NaN);
  const peak = Number(/Peak:\s+(-?[\d.]+) dBFS/.exec(summary)?.[1] ?? Number.NaN);
  return {
    loudnessLufs: Number.isFinite(integrated) && integrated > -70 ? integrated : null,
    truePeakDb: Number.isFinite(peak) ? peak : null,
  };
}
