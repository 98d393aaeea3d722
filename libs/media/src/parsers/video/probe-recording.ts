import { stat } from 'node:fs/promises';
import { runTool } from '#sandbox';
import { inputArguments, limitsOf, type RecordingSource, requireReadable, runFfmpeg } from '../ffmpeg.ts';
import type { Probe } from '../parser-results.ts';
import { describeProbe, type RawProbe } from './describe-probe.ts';

/** Version of the probe, for the ledger. */
export const PROBE_VERSION = 1;

const LARGEST_ANSWER_BYTES = 8 * 2 ** 20;
// No picture or speech worth keeping fits into less; a file that claims so lies about how long it is.
const FEWEST_BITS_PER_SECOND = 300;

/**
 * What a video or sound file says about itself, by ffprobe in a sandbox; claims that cannot be true are corrected and named.
 * Throws MEDIA_FORMAT_UNSUPPORTED, MEDIA_NOTHING_TO_PLAY or the sandbox's errors.
 */
export async function probeVideoOrAudio(source: RecordingSource): Promise<Probe> {
  const limits = limitsOf(source.settings, source.settings.wallSeconds, LARGEST_ANSWER_BYTES);
  const result = await runTool({
    command: '/usr/bin/ffprobe',
    args: (paths) => [
      ...['-hide_banner', '-v', 'error', '-of', 'json=compact=1', '-show_format', '-show_streams', '-show_chapters'],
      ...inputArguments(source, paths),
    ],
    input: { file: source.file },
    limits,
    signal: source.signal,
  });
  const raw = JSON.parse(requireReadable(result, limits).stdout.toString('utf8')) as RawProbe;
  const probe: Probe = { ...describeProbe(raw, source.mediaType), cpuMs: result.cpuMs };
  const { size } = await stat(source.file);
  const slow = probe.durationSeconds > 0 && (size * 8) / probe.durationSeconds < FEWEST_BITS_PER_SECOND;
  return probe.durationSeconds > 0 && !slow ? probe : measureDuration(source, probe);
}

/** Walks through all packets without decoding: recordings made by browsers say nothing about their length, others lie. */
async function measureDuration(source: RecordingSource, probe: Probe): Promise<Probe> {
  let seconds = 0;
  const { cpuMs } = await runFfmpeg({
    source,
    after: () => ['-map', '0:v:0?', '-map', '0:a:0?', '-c', 'copy', '-f', 'null', '-'],
    outputBytes: LARGEST_ANSWER_BYTES,
    onProgress: (done) => {
      seconds = done;
    },
  });
  const claim =
    probe.durationSeconds > 0
      ? `It claims to last ${Math.round(probe.durationSeconds)} s`
      : 'It does not say how long it lasts';
  const corrections = [...probe.corrections, `${claim}; its packets last ${Math.round(seconds * 10) / 10} s.`];
  return {
    ...probe,
    durationSeconds: Math.min(seconds, probe.durationSeconds || seconds),
    corrections,
    cpuMs: probe.cpuMs + cpuMs,
  };
}
