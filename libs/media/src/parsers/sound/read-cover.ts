import { runTool } from '#sandbox';
import { detectType } from '../detect/detect-type.ts';
import { inputArguments, limitsOf, type RecordingSource, requireReadable } from '../ffmpeg.ts';
import type { Probe } from '../parser-results.ts';

const LARGEST_COVER_BYTES = 32 * 2 ** 20;

/** The picture that belongs to a recording (an album's cover), as it is in the file; give it to `analyseImage`. Null without one. */
export async function readCover(source: RecordingSource, probe: Probe): Promise<{ bytes: Buffer; mediaType: string } | null> {
  const cover = probe.streams.find(({ isCover }) => isCover);
  if (!cover) return null;
  const limits = limitsOf(source.settings, source.settings.wallSeconds, LARGEST_COVER_BYTES);
  const result = await runTool({
    command: '/usr/bin/ffmpeg',
    args: (paths) => [
      ...['-hide_banner', '-nostdin', '-nostats', '-v', 'error', ...inputArguments(source, paths)],
      ...['-map', `0:${cover.index}`, '-frames:v', '1', '-c:v', 'copy', '-f', 'rawvideo', 'pipe:1'],
    ],
    input: { file: source.file },
    limits,
    signal: source.signal,
  });
  const bytes = requireReadable(result, limits).stdout;
  const { kind, mediaType } = detectType(bytes.subarray(0, 65_536));
  return kind === 'image' ? { bytes, mediaType } : null;
}
