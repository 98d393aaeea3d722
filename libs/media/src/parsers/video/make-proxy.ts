import { mkdtemp, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { type RecordingSource, runFfmpeg, threadsOf } from '../ffmpeg.ts';
import type { Probe, VideoProxy } from '../parser-results.ts';

/** Version of the proxy's making, for the ledger. */
export const PROXY_VERSION = 1;

const SHORT_EDGE = 720;
const LARGEST_OUTPUT_BYTES = 64 * 2 ** 30;

export interface ProxyOptions extends RecordingSource {
  probe: Probe;
  /** An existing folder; the proxy is left there. */
  scratchFolder: string;
  /** Told the share that is done, 0 to 1. */
  onProgress?: ((share: number) => void) | undefined;
}

/**
 * A version that every browser plays: MP4 with H.264 and AAC, at most 720 lines, ready to play before it is loaded. Where the
 * original plays everywhere already, nothing is made and the answer says so. Slow: up to the length of the video.
 */
export async function makeProxy(options: ProxyOptions): Promise<VideoProxy> {
  const { probe } = options;
  if (probe.kind !== 'video') return { file: null, skipped: 'It has no picture.' };
  if (probe.browserPlayable && Math.min(probe.width ?? 0, probe.height ?? 0) <= 1088) {
    return { file: null, skipped: 'The original plays in every browser.' };
  }
  const folder = await mkdtemp(join(options.scratchFolder, 'proxy-'));
  try {
    const { cpuMs } = await encode(options, folder);
    const file = join(options.scratchFolder, 'proxy.mp4');
    await rename(join(folder, 'proxy.mp4'), file);
    return { file, mediaType: 'video/mp4', ...proxySize(probe), cpuMs };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function encode(options: ProxyOptions, folder: string) {
  const { probe, onProgress } = options;
  const { width, height } = proxySize(probe);
  return runFfmpeg({
    source: options,
    outputFolder: folder,
    outputBytes: LARGEST_OUTPUT_BYTES,
    onProgress: onProgress && ((seconds) => onProgress(Math.min(1, seconds / Math.max(1, probe.durationSeconds)))),
    after: (output) => [
      ...['-map', '0:v:0', '-map', '0:a:0?', '-sn', '-dn', '-map_metadata', '-1', '-map_chapters', '-1'],
      ...['-vf', `scale=${width}:${height},setsar=1,format=yuv420p`, '-fpsmax', '60'],
      ...[
        '-c:v',
        'libx264',
        '-preset',
        'veryfast',
        '-crf',
        '24',
        '-maxrate',
        '4M',
        '-bufsize',
        '8M',
        '-threads',
        threadsOf(options),
      ],
      ...['-c:a', 'aac', '-b:a', '128k', '-ac', '2', '-ar', '48000'],
      ...['-movflags', '+faststart', '-f', 'mp4', `${output}/proxy.mp4`],
    ],
  });
}

function proxySize(probe: Probe): { width: number; height: number } {
  const width = probe.width ?? 16;
  const height = probe.height ?? 9;
  const scale = Math.min(1, SHORT_EDGE / Math.min(width, height), 3 * (SHORT_EDGE / Math.max(width, height)));
  const even = (value: number) => Math.max(2, Math.round((value * scale) / 2) * 2);
  return { width: even(width), height: even(height) };
}
