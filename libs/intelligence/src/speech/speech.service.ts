import type { InferenceHost } from '../host/inference-host.ts';
import type { ModelRegistry } from '../model-registry.ts';
import { findPocketSphinx, speechEngineMissing } from './pocketsphinx.adapter.ts';
import type { SpeechEngine } from './speech-engine.ts';
import type { TranscribeOptions, Transcript } from './transcript.ts';
import { WavReader } from './wav-reader.ts';
import { WhisperEngine } from './whisper-engine.ts';

/** Writes down what is said: by the enabled Whisper model, else by PocketSphinx. */
export class SpeechService {
  readonly #models: ModelRegistry;
  readonly #host: InferenceHost;

  constructor(models: ModelRegistry, host: InferenceHost) {
    this.#models = models;
    this.#host = host;
  }

  /**
   * What is said in a WAV file of 16-bit samples at 16 kHz in one channel; no segments where nobody speaks. Throws
   * SPEECH_WAV_UNFIT, SPEECH_ENGINE_MISSING and the engine's errors.
   */
  async transcribe(wavPath: string, options: TranscribeOptions = {}): Promise<Transcript> {
    const engine = await this.engine();
    if (!engine) throw speechEngineMissing();
    const sound = await WavReader.open(wavPath);
    try {
      return { engine: engine.name, engineVersion: engine.version, ...(await engine.transcribe(sound, options)) };
    } finally {
      await sound.close();
    }
  }

  /** The engine that transcribes now, or undefined where there is none. */
  async engine(): Promise<SpeechEngine | undefined> {
    const [model] = await this.#models.enabledFor('speech-to-text');
    return model ? new WhisperEngine(this.#host, model) : findPocketSphinx();
  }
}
