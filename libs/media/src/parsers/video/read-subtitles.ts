import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { type RecordingSource, runFfmpeg } from '../ffmpeg.ts';
import type { MediaStream, Probe, SubtitleTrack } from '../parser-results.ts';
import { readCues } from './subtitle-cues.ts';

const textCodecs = new Set(['mov_text', 'subrip', 'srt', 'ass', 'ssa', 'webvtt', 'text']);
const mostTracks = 16;
/** Two hours of somebody talking without a pause have a hundredth of this. */
const largestTrackBytes = 8 * 2 ** 20;

/** The subtitles of a recording that are text; those that are pictures (DVD, Blu-ray) are not among them. */
export function subtitleStreams({ streams }: Pick<Probe, 'streams'>): MediaStream[] {
  return streams.filter(({ kind, codec }) => kind === 'subtitle' && textCodecs.has(codec)).slice(0, mostTracks);
}

/**
 * Reads all text subtitles of a recording in one pass of a sandboxed ffmpeg; of a track that is larger than any real one the beginning.
 * Throws MEDIA_RECORDING_UNREADABLE or the sandbox's errors.
 */
export async function readSubtitles(
  source: RecordingSource & { scratchFolder: string },
  probe: Pick<Probe, 'streams'>,
): Promise<{ tracks: SubtitleTrack[]; cpuMs: number }> {
  const streams = subtitleStreams(probe);
  if (streams.length === 0) return { tracks: [], cpuMs: 0 };
  const folder = await mkdtemp(join(source.scratchFolder, 'subtitles-'));
  try {
    const { cpuMs } = await runFfmpeg({
      source,
      outputFolder: folder,
      outputBytes: mostTracks * largestTrackBytes * 2,
      after: (output) =>
        streams.flatMap(({ index }) => [
          ...['-map', `0:${index}`, '-c:s', 'webvtt', '-fs', String(largestTrackBytes)],
          ...['-f', 'webvtt', `${output}/${index}.vtt`],
        ]),
    });
    const tracks: SubtitleTrack[] = [];
    for (const { index, language } of streams) {
      const vtt = await readFile(join(folder, `${index}.vtt`));
      tracks.push({ language: languageCode(language), cues: readCues(vtt.subarray(0, largestTrackBytes).toString('utf8')) });
    }
    return { tracks: tracks.filter(({ cues }) => cues.length > 0), cpuMs };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Containers say three letters (ISO 639-2), everybody else two where there are two; null for none and for nonsense. */
export function languageCode(said: string | null): string | null {
  if (!said || !/^[a-z]{2,3}$/i.test(said) || /^(und|mul|zxx|mis)$/i.test(said)) return null;
  try {
    return Intl.getCanonicalLocales(said)[0] ?? null;
  } catch {
    return null;
  }
}
