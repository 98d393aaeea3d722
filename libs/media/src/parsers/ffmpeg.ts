import { HoldfastError, type Turns } from '#kernel';
import { requireOk, runTool, type SandboxLimits, type ToolPaths, type ToolResult } from '#sandbox';
import type { ParserSettings } from './parser-settings.ts';

/** What every run over a recording needs to know. */
export interface RecordingSource {
  /** Path of the recording on this machine; the sandbox sees it read-only under another name. */
  file: string;
  /** From `detectType`: it fixes the demuxer, so that nothing in the file can choose another. */
  mediaType: string;
  settings: ParserSettings;
  signal?: AbortSignal | undefined;
  /** What the budget of `video` leaves to one run, and whose turn it is; two threads and no waiting without. */
  ffmpeg?: FfmpegShare | undefined;
}

/** Threads of one run of ffmpeg, and the turns that runs of one process take. */
export interface FfmpegShare {
  threads: number;
  turns: Turns;
}

/** Threads of one run where nothing is planned. */
const unplannedThreads = 2;

/** As many threads as a run over this recording may have, as ffmpeg's options want it. */
export function threadsOf({ ffmpeg }: RecordingSource): string {
  return String(ffmpeg?.threads ?? unplannedThreads);
}

// ffmpeg never guesses a format here. Playlists, scripts, devices and networks are not in this list and so do not exist.
const demuxers: Record<string, string> = {
  'video/mp4': 'mov',
  'video/quicktime': 'mov',
  'video/3gpp': 'mov',
  'audio/mp4': 'mov',
  'video/matroska': 'matroska',
  'video/webm': 'matroska',
  'audio/webm': 'matroska',
  'video/x-msvideo': 'avi',
  'video/x-flv': 'flv',
  'video/mpeg': 'mpeg',
  'video/mp2t': 'mpegts',
  'video/x-ms-wmv': 'asf',
  'audio/x-ms-wma': 'asf',
  'video/ogg': 'ogg',
  'audio/ogg': 'ogg',
  'audio/opus': 'ogg',
  'application/vnd.rn-realmedia': 'rm',
  'application/mxf': 'mxf',
  'video/x-ivf': 'ivf',
  'audio/mpeg': 'mp3',
  'audio/aac': 'aac',
  'audio/flac': 'flac',
  'audio/wav': 'wav',
  'audio/aiff': 'aiff',
  'audio/amr': 'amr',
  'audio/x-caf': 'caf',
  'audio/x-ape': 'ape',
  'audio/x-wavpack': 'wv',
  'audio/x-tta': 'tta',
  'audio/x-dsf': 'dsf',
  'audio/basic': 'au',
  'audio/ac3': 'ac3',
  'audio/vnd.dts': 'dts',
};

/** ffmpeg's arguments for reading the recording: one format, files only, nothing asked on the terminal. */
export function inputArguments(source: RecordingSource, paths: ToolPaths, before: string[] = []): string[] {
  const demuxer = requireDemuxer(source.mediaType);
  return [
    '-protocol_whitelist',
    'file',
    '-format_whitelist',
    whitelistOf(demuxer),
    '-f',
    demuxer,
    ...before,
    '-i',
    `file:${paths.input}`,
  ];
}

function requireDemuxer(mediaType: string): string {
  const demuxer = Object.hasOwn(demuxers, mediaType) ? demuxers[mediaType] : undefined;
  if (demuxer) return demuxer;
  throw new HoldfastError('MEDIA_FORMAT_UNSUPPORTED', {
    kind: 'unsupported',
    message: `Recordings of the type ${mediaType} are not read.`,
    values: { mediaType },
  });
}

/** The list compares with the full name of a demuxer, which for two of them is a family. */
function whitelistOf(demuxer: string): string {
  return { mov: 'mov,mp4,m4a,3gp,3g2,mj2', matroska: 'matroska,webm' }[demuxer] ?? demuxer;
}

export function limitsOf(settings: ParserSettings, wallSeconds: number, outputBytes: number): SandboxLimits {
  return { memoryBytes: settings.memoryMb * 2 ** 20, wallSeconds, processes: settings.processes, outputBytes };
}

export interface FfmpegRun {
  source: RecordingSource;
  /** Arguments before `-i`. */
  before?: string[];
  /** Arguments after `-i`; files are written under `output`. */
  after: (output: string) => string[];
  outputFolder?: string;
  outputBytes: number;
  /** `error`, or `info` where a filter reports on standard error. */
  verbosity?: 'error' | 'info';
  /** Told the seconds of the recording that are done, as it goes. */
  onProgress?: ((seconds: number) => void) | undefined;
}

/** One sandboxed ffmpeg over a recording, when it is its turn. Throws the file's error when ffmpeg could not read it. */
export function runFfmpeg(run: FfmpegRun): Promise<ToolResult> {
  const { ffmpeg, signal } = run.source;
  return ffmpeg ? ffmpeg.turns.take(() => runNow(run), signal) : runNow(run);
}

async function runNow(run: FfmpegRun): Promise<ToolResult> {
  const { source, before = [], verbosity = 'error' } = run;
  const limits = limitsOf(source.settings, source.settings.videoWallSeconds, run.outputBytes);
  const result = await runTool({
    command: '/usr/bin/ffmpeg',
    args: (paths) => [
      ...[
        '-hide_banner',
        '-nostdin',
        '-nostats',
        '-v',
        verbosity,
        '-y',
        '-threads',
        threadsOf(source),
        '-filter_threads',
        threadsOf(source),
      ],
      ...(run.onProgress ? ['-progress', 'pipe:1', '-stats_period', '0.5'] : []),
      ...inputArguments(source, paths, before),
      ...run.after(paths.output),
    ],
    input: { file: source.file },
    outputFolder: run.outputFolder,
    limits,
    signal: source.signal,
    ...(run.onProgress ? { onStdout: progressReader(run.onProgress) } : {}),
  });
  return requireReadable(result, limits);
}

/** The result of a tool that could read the recording. Throws MEDIA_RECORDING_UNREADABLE, or the sandbox's error for a limit. */
export function requireReadable(result: ToolResult, limits: SandboxLimits): ToolResult {
  if (result.outcome !== 'failed') return requireOk(result, 'ffmpeg', limits);
  // Its last words name the file as the sandbox sees it; the reason comes after that.
  const reason = result.stderr
    .trim()
    .split('\n')
    .at(-1)
    ?.replace(/^.*(\/in\/input|@ 0x[0-9a-f]+\]):?\s*/, '')
    .slice(0, 200);
  throw new HoldfastError('MEDIA_RECORDING_UNREADABLE', {
    kind: 'unprocessable',
    message: `The recording is damaged and cannot be read${reason ? ` (${reason})` : ''}.`,
    action: 'The original is kept. Check whether it plays elsewhere.',
  });
}

function progressReader(onProgress: (seconds: number) => void): (chunk: Buffer) => void {
  let rest = '';
  return (chunk) => {
    const lines = (rest + chunk.toString('latin1')).split('\n');
    rest = (lines.pop() ?? '').slice(-200);
    for (const line of lines) {
      const microseconds = /^out_time_us=(\d+)$/.exec(line)?.[1];
      if (microseconds) onProgress(Number(microseconds) / 1e6);
    }
  };
}
