import { access } from 'node:fs/promises';
import { HoldfastError } from '#kernel';
import { requireOk, runTool, type SandboxLimits } from '#sandbox';
import { parseJsonLines, parseTimedLines, type Utterance } from './pocketsphinx-output.ts';
import { mayHoldSpeech, quietestCut } from './quiet-cut.ts';
import type { Heard, SpeechEngine } from './speech-engine.ts';
import { toSpokenSegments } from './spoken-segments.ts';
import type { SpokenSegment, SpokenWord, TranscribeOptions } from './transcript.ts';
import { sampleRate, type WavReader } from './wav-reader.ts';

/** A program of the PocketSphinx family and how to talk to it; both read raw samples from standard input. */
interface Program {
  command: string;
  version: string;
  args: string[];
  parse: (output: string) => Utterance[];
}

/** Debian 12 has 0.8 with a program of its own for long recordings; Debian 13 has 5, which prints JSON. */
const programs: Program[] = [
  {
    command: '/usr/bin/pocketsphinx_continuous',
    version: '0.8',
    args: ['-infile', '/dev/stdin', '-time', 'yes', '-logfn', '/dev/null'],
    parse: parseTimedLines,
  },
  { command: '/usr/bin/pocketsphinx', version: '5', args: ['-loglevel', 'ERROR', 'live', '-'], parse: parseJsonLines },
];

/** Long recordings are given in stretches of at most this, so that memory stays bounded and progress shows. */
const stretchSeconds = 60;
/** Silence after each stretch, so that the recogniser closes its last utterance. */
const tailSamples = sampleRate;

/** The samples arrive on a socket, which cannot be opened by the name /dev/stdin; a pipe can. */
const throughPipe = 'cat | "$0" "$@"';

const limits: SandboxLimits = {
  memoryBytes: 1024 ** 3,
  // About a quarter of real time on the reference machine; ten times that for a slow one.
  wallSeconds: 600,
  processes: 16,
  outputBytes: 4 * 1024 * 1024,
};

/** Finds the installed PocketSphinx, or answers undefined. */
export async function findPocketSphinx(): Promise<SpeechEngine | undefined> {
  for (const program of programs) {
    const found = await access(program.command).then(
      () => true,
      () => false,
    );
    if (found) return new PocketSphinx(program);
  }
  return undefined;
}

/** The error for a machine without any engine for speech. */
export function speechEngineMissing(): HoldfastError {
  return new HoldfastError('SPEECH_ENGINE_MISSING', {
    kind: 'unavailable',
    message: 'Nothing on this machine writes down speech: PocketSphinx is not installed and no Whisper model is enabled.',
    action: 'Install pocketsphinx and pocketsphinx-en-us, or import a Whisper model with ./holdfast models import FOLDER.',
    retryAfterSeconds: 300,
  });
}

/** English speech by PocketSphinx: modest, but real, offline and with a time for every word. */
class PocketSphinx implements SpeechEngine {
  readonly name = 'pocketsphinx';
  readonly version: string;
  readonly #program: Program;

  constructor(program: Program) {
    this.#program = program;
    this.version = program.version;
  }

  async transcribe(sound: WavReader, { signal, onProgress }: TranscribeOptions): Promise<Heard> {
    const segments: SpokenSegment[] = [];
    let cpuMs = 0;
    for (let start = 0; start < sound.durationSeconds; ) {
      signal?.throwIfAborted();
      const read = await sound.read(start, stretchSeconds);
      if (read.length === 0) break;
      const isLast = start + stretchSeconds >= sound.durationSeconds;
      const stretch = isLast ? read : read.subarray(0, quietestCut(read));
      if (mayHoldSpeech(stretch)) {
        const heard = await this.#recognise(stretch, start, signal);
        segments.push(...heard.segments);
        cpuMs += heard.cpuMs;
      }
      start += stretch.length / sampleRate;
      onProgress?.(Math.min(1, start / sound.durationSeconds));
    }
    return { language: segments.length > 0 ? 'en' : null, segments, cpuMs };
  }

  async #recognise(
    stretch: Int16Array,
    startSeconds: number,
    signal: AbortSignal | undefined,
  ): Promise<Omit<Heard, 'language'>> {
    const samples = new Int16Array(stretch.length + tailSamples);
    samples.set(stretch);
    const { command, args, parse } = this.#program;
    const input = { bytes: new Uint8Array(samples.buffer) };
    const run = { command: '/usr/bin/dash', args: ['-c', throughPipe, command, ...args], input, limits, signal };
    const result = requireOk(await runTool(run), 'PocketSphinx', limits);
    const segments = toSpokenSegments(parse(result.stdout.toString('utf8')));
    return { segments: segments.map((segment) => shift(segment, startSeconds)), cpuMs: result.cpuMs };
  }
}

function shift(segment: SpokenSegment, seconds: number): SpokenSegment {
  const later = (value: number) => Math.round((value + seconds) * 1000) / 1000;
  const words = segment.words.map((word: SpokenWord) => ({ ...word, start: later(word.start), end: later(word.end) }));
  return { ...segment, startSeconds: later(segment.startSeconds), endSeconds: later(segment.endSeconds), words };
}
