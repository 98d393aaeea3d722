/** A word that was said; seconds count from the start of the recording, confidence from 0 to 1. */
export interface SpokenWord {
  text: string;
  start: number;
  end: number;
  confidence: number;
}

/** A stretch of speech without a long pause. `words` is empty where the engine times stretches only (Whisper). */
export interface SpokenSegment {
  startSeconds: number;
  endSeconds: number;
  text: string;
  confidence: number;
  words: SpokenWord[];
}

/** What was said in a recording, by which engine. No segments means that no speech was found. */
export interface Transcript {
  /** ISO 639-1 code, or null where nothing was said. */
  language: string | null;
  engine: string;
  engineVersion: string;
  segments: SpokenSegment[];
  /** Milliseconds of processor time. */
  cpuMs: number;
}

export interface TranscribeOptions {
  signal?: AbortSignal | undefined;
  /** Told after each stretch, from 0 to 1. */
  onProgress?: ((fraction: number) => void) | undefined;
  /** ISO 639-1 code where it is known. */
  language?: string | undefined;
}
