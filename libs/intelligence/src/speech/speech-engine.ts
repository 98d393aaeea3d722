import type { SpokenSegment, TranscribeOptions } from './transcript.ts';
import type { WavReader } from './wav-reader.ts';

/** What an engine made of a recording, and the processor time that it took. */
export interface Heard {
  language: string | null;
  segments: SpokenSegment[];
  cpuMs: number;
}

/** Something that writes down speech. */
export interface SpeechEngine {
  readonly name: string;
  readonly version: string;
  transcribe(sound: WavReader, options: TranscribeOptions): Promise<Heard>;
}
