import type { InferenceHost } from '../host/inference-host.ts';
import { isSilent } from './quiet-cut.ts';
import type { Heard, SpeechEngine } from './speech-engine.ts';
import type { SpokenSegment, TranscribeOptions } from './transcript.ts';
import type { WavReader } from './wav-reader.ts';

/** What Whisper hears at a time. */
const windowSeconds = 30;
/** A window moves on at least this far, whatever the model answers. */
const leastAdvanceSeconds = 1;
/** Below this mean probability of its words a stretch is a guess. */
const leastConfidence = 0.2;

/** Speech by an imported model of the Whisper family: many languages, times per stretch. */
export class WhisperEngine implements SpeechEngine {
  readonly name: string;
  readonly version: string;
  readonly #host: InferenceHost;
  readonly #modelId: string;

  constructor(host: InferenceHost, model: { id: string; name: string; version: string }) {
    this.#host = host;
    this.#modelId = model.id;
    this.name = model.name;
    this.version = model.version;
  }

  async transcribe(sound: WavReader, { signal, onProgress, language: given }: TranscribeOptions): Promise<Heard> {
    const segments: SpokenSegment[] = [];
    let language = given ?? null;
    let cpuMs = 0;
    for (let start = 0; start < sound.durationSeconds; ) {
      signal?.throwIfAborted();
      const samples = await sound.read(start, windowSeconds);
      if (samples.length === 0) break;
      let next = windowSeconds;
      if (!isSilent(samples)) {
        const bytes = new Uint8Array(samples.buffer, samples.byteOffset, samples.byteLength);
        const window = await this.#host.transcribeWindow(this.#modelId, { samples: bytes, language }, signal);
        cpuMs += window.cpuMs;
        const heard = window.segments.filter((segment) => segment.confidence >= leastConfidence);
        segments.push(...heard.map((segment) => place(segment, start)));
        if (heard.length > 0) language ??= window.language;
        next = Math.max(leastAdvanceSeconds, window.nextSeconds);
      }
      start += next;
      onProgress?.(Math.min(1, start / sound.durationSeconds));
    }
    return { language: segments.length > 0 ? language : null, segments, cpuMs };
  }
}

function place(
  segment: { startSeconds: number; endSeconds: number; text: string; confidence: number },
  start: number,
): SpokenSegment {
  const later = (value: number) => Math.round((value + start) * 1000) / 1000;
  return { ...segment, startSeconds: later(segment.startSeconds), endSeconds: later(segment.endSeconds), words: [] };
}
