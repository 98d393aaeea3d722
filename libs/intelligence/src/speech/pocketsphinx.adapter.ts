import { access } from 'node:fs/promises';
import { HoldfastError } from '#kernel';
import { requireOk, runTool, type SandboxLimits } from '#sandbox';
import { parseJsonLines, parseTimedLines, type Utterance } from './pocketsphinx-output.ts';
import { quietestCut, speechBegins } from './quiet-cut.ts';
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

/** What is heard counts for a little more against what is usually said than by default (6.5, 8.5, 9.5): 26 wrong words of 100 instead of 30. */
const languageWeights = ['-lw', '5', '-fwdflatlw', '7', '-bestpathlw', '8'];

/** Debian 12 has 0.8 with a program of its own for long recordings; Debian 13 has 5, which prints JSON. */
const programs: Program[] = [
  {
    command: '/usr/bin/pocketsphinx_continuous',
    version: '0.8',
    args: ['-infile', '/dev/stdin', '-time', 'yes', '-logfn', '/dev/null', ...languageWeights],
    parse: parseTimedLines,
  },
  { command: '/usr/bin/pocketsphinx', version: '5', args: ['-loglevel', 'ERROR', 'live', '-'], parse: parseJsonLines },
];

/** Long recordings are given in stretches of at most this, so that memory stays bounded and progress shows. */
const stretchSeconds = 60;
/** Silence after what is said, so that the recogniser closes its last utterance. */
const pauseSamples = sampleRate;
/**
 * Each process hears so much speech of its stretch twice, first of all. The recogniser subtracts the mean spectrum of the voice, microphone and room, and knows it
 * only after an utterance: with it 30 of 100 words are wrong instead of 51 (docs/adr/0012).
 */
const primerSeconds = 10;

/** The samples arrive on a socket, which cannot be opened by the name /dev/stdin; a pipe can. */
const throughPipe = 'cat | "$0" "$@"';

const limits: SandboxLimits = {
  memoryBytes: 1024 ** 3,
  // Under half of real time on the reference machine; twenty times that for a slow one.
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
      const speech = speechBegins(stretch);
      if (speech !== undefined) {
        const primer = stretch.subarray(speech, speech + primerSeconds * sampleRate);
        const heard = await this.#recognise(primer, stretch, start, signal);
        segments.push(...heard.segments);
        cpuMs += heard.cpuMs;
      }
      start += stretch.length / sampleRate;
      onProgress?.(Math.min(1, start / sound.durationSeconds));
    }
    return { language: segments.length > 0 ? 'en' : null, segments, cpuMs };
  }

  async #recognise(
    primer: Int16Array,
    stretch: Int16Array,
    startSeconds: number,
    signal: AbortSignal | undefined,
  ): Promise<Omit<Heard, 'language'>> {
    const begin = primer.length + pauseSamples;
    const samples = new Int16Array(begin + stretch.length + pauseSamples);
    samples.set(primer);
    samples.set(stretch, begin);
    const { command, args, parse } = this.#program;
    const input = { bytes: new Uint8Array(samples.buffer) };
    const run = { command: '/usr/bin/dash', args: ['-c', throughPipe, command, ...args], input, limits, signal };
    const result = requireOk(await runTool(run), 'PocketSphinx', limits);
    const heard = wordsFrom(begin / sampleRate, parse(result.stdout.toString('utf8')));
    const segments = toSpokenSegments(heard).map((segment) => shift(segment, startSeconds - begin / sampleRate));
    return { segments, cpuMs: result.cpuMs };
  }
}

/** Utterances without what was said before a moment; a pause parts the two, so no word is cut. */
function wordsFrom(seconds: number, utterances: Utterance[]): Utterance[] {
  return utterances
    .map((utterance) => utterance.filter((word) => word.start >= seconds))
    .filter((utterance) => utterance.length > 0);
}

function shift(segment: SpokenSegment, seconds: number): SpokenSegment {
  const later = (value: number) => Math.round((value + seconds) * 1000) / 1000;
  const words = segment.words.map((word: SpokenWord) => ({ ...word, start: later(word.start), end: later(word.end) }));
  return { ...segment, startSeconds: later(segment.startSeconds), endSeconds: later(segment.endSeconds), words };
}
