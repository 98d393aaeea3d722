import { HoldfastError } from '#kernel';
import { requireOk, runTool } from '#sandbox';
import { limitsOf } from '../ffmpeg.ts';
import type { ParserSettings } from '../parser-settings.ts';

// Picture formats that sharp's build does not read but ffmpeg does, with ffmpeg's reader for each.
const readers: Record<string, string> = {
  'image/bmp': 'bmp_pipe',
  'image/jp2': 'j2k_pipe',
  'image/j2c': 'j2k_pipe',
  'image/jxl': 'jpegxl_pipe',
  'image/vnd.adobe.photoshop': 'psd_pipe',
  'image/x-exr': 'exr_pipe',
  'image/qoi': 'qoi_pipe',
  'image/vnd-ms.dds': 'dds_pipe',
  'image/x-icon': 'ico',
};

// ffmpeg 5.1 waits for ever for the rest of a JPEG XL file that is cut short.
const LONGEST_SECONDS = 30;
const SMALLEST_BYTES = 12;

const portable: Record<string, string> = {
  '1': 'pbm_pipe',
  '2': 'pgm_pipe',
  '3': 'ppm_pipe',
  '4': 'pbm_pipe',
  '5': 'pgm_pipe',
  '6': 'ppm_pipe',
};

/** ffmpeg's reader for a picture that sharp does not read; undefined for all others. */
export function converterFor(mediaType: string, bytes: Uint8Array): string | undefined {
  if (mediaType === 'image/x-portable-anymap') return portable[String.fromCharCode(bytes[1] ?? 0)];
  return Object.hasOwn(readers, mediaType) ? readers[mediaType] : undefined;
}

/** The picture as PNG, by a sandboxed ffmpeg that knows this one format only. */
export async function convertImage(
  bytes: Uint8Array,
  reader: string,
  settings: ParserSettings,
  signal: AbortSignal | undefined,
): Promise<Buffer> {
  if (bytes.byteLength < SMALLEST_BYTES) throw unreadable();
  const limits = limitsOf(settings, Math.min(settings.wallSeconds, LONGEST_SECONDS), settings.maxPixels * 4);
  // The readers of single pictures otherwise cut their input into pieces, which only some decoders can put together.
  const wholeFile = reader === 'ico' ? [] : ['-frame_size', String(bytes.byteLength)];
  // Some readers seek, which standard input cannot: ffmpeg keeps what it has read in its private /tmp.
  const result = await runTool({
    command: '/usr/bin/ffmpeg',
    args: [
      ...[
        '-hide_banner',
        '-nostdin',
        '-nostats',
        '-v',
        'error',
        '-protocol_whitelist',
        'cache,pipe',
        '-format_whitelist',
        reader,
      ],
      ...['-max_pixels', String(settings.maxPixels), '-f', reader, ...wholeFile, '-i', 'cache:pipe:0'],
      ...['-frames:v', '1', '-c:v', 'png', '-compression_level', '1', '-f', 'image2pipe', 'pipe:1'],
    ],
    input: { bytes },
    limits,
    signal,
  });
  if (result.outcome === 'failed') throw unreadable();
  const { stdout } = requireOk(result, 'ffmpeg', limits);
  if (stdout.length > 0) return stdout;
  throw unreadable();
}

function unreadable(): HoldfastError {
  return new HoldfastError('MEDIA_IMAGE_UNREADABLE', {
    kind: 'unprocessable',
    message: 'The picture is damaged: nothing of it could be decoded.',
    action: 'The original is kept. Check whether it opens elsewhere.',
  });
}
