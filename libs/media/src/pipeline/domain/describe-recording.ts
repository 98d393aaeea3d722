import { type Probe, subtitleStreams } from '../../parsers/index.ts';
import type { AssetPatch } from '../asset-patch.ts';
import type { LedgerRow, StepResult } from './account.ts';
import { rowOf } from './ledger.ts';
import { metadataPatch } from './metadata-facts.ts';

/** What is written down of the probe of a video or a sound: the step's result, and the facts for its asset. */
export function describeRecording(
  probe: Probe,
  rows: readonly LedgerRow[],
  now: Date,
): { result: StepResult; patch: AssetPatch } {
  const said = metadataPatch(probe.metadata, rowOf(rows, 'probe').findings.fileSaid, now);
  const { container, bitsPerSecond, framesPerSecond, streams, chapters, browserPlayable, corrections } = probe;
  const recording = { container, bitsPerSecond, framesPerSecond, streams, chapters, browserPlayable, corrections };
  return {
    patch: {
      ...said.patch,
      width: probe.width,
      height: probe.height,
      durationSeconds: probe.durationSeconds,
      metadata: { ...said.patch.metadata, recording },
    },
    result: {
      step: 'probe',
      state: 'done',
      outcome: recordingSentence(probe),
      cpuMs: probe.cpuMs,
      findings: { fileSaid: said.fileSaid, hasSound: hasSound(probe), hasSubtitles: subtitleStreams(probe).length > 0 },
    },
  };
}

/** Whether there is a sound track to listen to. */
export function hasSound({ streams }: Pick<Probe, 'streams'>): boolean {
  return streams.some(({ kind }) => kind === 'audio');
}

function recordingSentence(probe: Probe): string {
  const codecs = probe.streams
    .filter(({ kind, isCover }) => (kind === 'video' && !isCover) || kind === 'audio')
    .map(({ codec }) => codec);
  const size = probe.width && probe.height ? `${probe.width} × ${probe.height}` : undefined;
  const inside = codecs.length > 0 ? ` (${[...new Set(codecs)].join(', ')})` : '';
  return `${[`${probe.container}${inside}`, size, clockOf(probe.durationSeconds)].filter(Boolean).join(', ')}.`;
}

/** Seconds as a clock shows them: `0:42`, `1:02:03`. */
export function clockOf(seconds: number): string {
  const whole = Math.round(seconds);
  const two = (value: number) => String(value).padStart(2, '0');
  const minutes = Math.floor(whole / 60);
  return minutes < 60 ? `${minutes}:${two(whole % 60)}` : `${Math.floor(minutes / 60)}:${two(minutes % 60)}:${two(whole % 60)}`;
}
