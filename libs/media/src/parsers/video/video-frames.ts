import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { type RecordingSource, runFfmpeg } from '../ffmpeg.ts';
import type { Probe } from '../parser-results.ts';

/** Frames of a video, written to a folder by one ffmpeg: every one as a JPEG, and all of them small in one raw file. */
export interface VideoFrames {
  /** JPEG files in order, with the moment each is from. */
  frames: Array<{ file: string; seconds: number }>;
  /** RGB frames of `width × height`, one after the other, in the same order. */
  smallFile: string;
  width: number;
  height: number;
  cpuMs: number;
}

const MOST_FRAMES = 240;
const LARGE_EDGE = 1440;
const SMALL_EDGE = 160;
const LARGEST_OUTPUT_BYTES = 2 ** 30;
const SMALL_FILE = 'small.rgb';

/** Takes the key frames, at most 240 of them and evenly spread. Cheap: nothing between key frames is decoded. */
export function takeKeyFrames(source: RecordingSource, probe: Probe, folder: string, onProgress?: (seconds: number) => void) {
  return takeFrames(source, probe, folder, ['-skip_frame', 'nokey'], probe.durationSeconds / MOST_FRAMES, onProgress);
}

/** Takes frames at even steps, decoding everything: for videos with next to no key frames. */
export function takeSpacedFrames(
  source: RecordingSource,
  probe: Probe,
  folder: string,
  onProgress?: (seconds: number) => void,
) {
  const most = Math.min(MOST_FRAMES, 60);
  return takeFrames(source, probe, folder, [], Math.max(0.5, probe.durationSeconds / most), onProgress);
}

async function takeFrames(
  source: RecordingSource,
  probe: Probe,
  folder: string,
  before: string[],
  stepSeconds: number,
  onProgress: ((seconds: number) => void) | undefined,
): Promise<VideoFrames> {
  const small = sizeWithin(probe, SMALL_EDGE);
  const large = sizeWithin(probe, LARGE_EDGE);
  // Milliseconds as time base: the image writer then names each file by its moment.
  const spread = `select='isnan(prev_selected_t)+gte(t-prev_selected_t,${stepSeconds.toFixed(3)})',settb=1/1000`;
  const graph = [
    `[0:v:0]${spread},scale=${large.width}:${large.height}:flags=bilinear,setsar=1,format=yuvj420p,split[large][b]`,
    `[b]scale=${small.width}:${small.height}:flags=area,format=rgb24[small]`,
  ].join(';');
  const most = String(MOST_FRAMES * 2);
  const passthrough = ['-fps_mode', 'passthrough', '-enc_time_base', '1/1000', '-frames:v', most];
  const { cpuMs } = await runFfmpeg({
    source,
    before,
    outputFolder: folder,
    outputBytes: LARGEST_OUTPUT_BYTES,
    onProgress,
    after: (output) => [
      ...['-an', '-sn', '-dn', '-filter_complex_threads', '1', '-filter_complex', graph],
      ...[
        '-map',
        '[large]',
        ...passthrough,
        '-c:v',
        'mjpeg',
        '-q:v',
        '3',
        '-f',
        'image2',
        '-frame_pts',
        '1',
        `${output}/%012d.jpg`,
      ],
      ...['-map', '[small]', ...passthrough, '-f', 'rawvideo', `${output}/${SMALL_FILE}`],
    ],
  });
  return { ...(await collect(folder, small)), ...small, cpuMs };
}

async function collect(folder: string, { width, height }: { width: number; height: number }) {
  const names = (await readdir(folder)).filter((name) => /^\d{12,}\.jpg$/.test(name)).sort();
  const smallFile = join(folder, SMALL_FILE);
  const { size } = await stat(smallFile).catch(() => ({ size: 0 }));
  const count = Math.min(names.length, Math.floor(size / (width * height * 3)));
  const frames = names.slice(0, count).map((name) => ({ file: join(folder, name), seconds: Number.parseInt(name, 10) / 1000 }));
  return { frames, smallFile };
}

/** The upright size with a longest edge of at most so many pixels, even and at least 2 × 2. */
function sizeWithin(probe: Probe, edge: number): { width: number; height: number } {
  const width = probe.width ?? 16;
  const height = probe.height ?? 9;
  const scale = Math.min(1, edge / Math.max(width, height));
  const even = (value: number) => Math.max(2, Math.round((value * scale) / 2) * 2);
  return { width: even(width), height: even(height) };
}
