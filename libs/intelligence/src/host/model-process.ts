import { extname } from 'node:path';
import { asHoldfastError, HoldfastError } from '#kernel';
import { ParserProcess, type ParserProgram } from '#sandbox';
import type { ModelManifest } from '../domain/model-manifest.schema.ts';

/** A model that can be run: its description and the folder of its files. */
export interface RunnableModel {
  id: string;
  manifest: ModelManifest;
  folder: string;
}

/** The parts of models, each opened by a process of its own. */
export type ModelPart = 'image' | 'text' | 'speech';

/** Limits of one model process. */
export interface ProcessSettings {
  threads: number;
  /** What the process may take, in MB. */
  memoryMb: number;
  /** Time for one batch, in seconds. */
  wallSeconds: number;
  /** Scheduling courtesy: 0 where somebody waits for the answer. */
  niceness: number;
}

/** How a batch came out: an answer, a fault that the model told, or the end of its process. */
export type BatchOutcome =
  | { kind: 'answer'; value: unknown; buffers: Buffer[]; cpuMs: number }
  | { kind: 'fault'; error: HoldfastError }
  | { kind: 'crash'; error: HoldfastError };

const MEBIBYTE = 1024 * 1024;

/** One sandboxed child that has opened one part of one model: no network, limited memory, its own files only. */
export class ModelProcess {
  readonly #process: ParserProcess;
  readonly #wallSeconds: number;

  /** Starts a child and opens the model in it. Throws SANDBOX_UNAVAILABLE or why the model does not open. */
  static async start(model: RunnableModel, part: ModelPart, settings: ProcessSettings): Promise<ModelProcess> {
    const child = await ParserProcess.start(program(model, part, settings));
    try {
      const { manifest, folder } = model;
      await child.run('load', { folder, manifest, part, threads: settings.threads }, [], settings.wallSeconds);
      return new ModelProcess(child, settings.wallSeconds);
    } catch (error) {
      await child.close();
      throw asHoldfastError(error);
    }
  }

  private constructor(child: ParserProcess, wallSeconds: number) {
    this.#process = child;
    this.#wallSeconds = wallSeconds;
  }

  get alive(): boolean {
    return this.#process.alive;
  }

  /** Resolves when the process has ended, however it did. */
  get ended(): Promise<void> {
    return this.#process.ended;
  }

  get maxRssBytes(): number {
    return this.#process.maxRssBytes;
  }

  async run(method: string, params: unknown, buffers: readonly Uint8Array[]): Promise<BatchOutcome> {
    try {
      return { kind: 'answer', ...(await this.#process.run(method, params, buffers, this.#wallSeconds)) };
    } catch (thrown) {
      const error = asHoldfastError(thrown);
      return this.#process.alive ? { kind: 'fault', error } : { kind: 'crash', error: this.#explain(error) };
    }
  }

  close(): Promise<void> {
    return this.#process.close();
  }

  /** The sandbox speaks of files; here it was a batch that ended the process. */
  #explain(error: HoldfastError): HoldfastError {
    const reasons: Record<string, string> = {
      SANDBOX_TIMEOUT: `It took longer than the ${this.#wallSeconds} s that a batch may take.`,
      SANDBOX_MEMORY: 'It needed more memory than the model may take.',
    };
    const message = reasons[error.code] ?? 'Its process crashed.';
    return new HoldfastError('INFERENCE_PROCESS_ENDED', { kind: 'unavailable', message, cause: error });
  }
}

function program({ manifest, folder }: RunnableModel, part: ModelPart, settings: ProcessSettings): ParserProgram {
  const extension = extname(import.meta.filename);
  return {
    name: manifest.name,
    module: new URL(`../child/inference.handlers${extension}`, import.meta.url),
    packages: part === 'image' ? ['onnxruntime-node'] : ['onnxruntime-node', '@huggingface/transformers'],
    readOnly: [{ from: folder, to: folder }],
    replyBytes: 64 * MEBIBYTE,
    limits: {
      memoryBytes: settings.memoryMb * MEBIBYTE,
      wallSeconds: settings.wallSeconds,
      processes: 64 + settings.threads,
      outputBytes: 64 * MEBIBYTE,
      niceness: settings.niceness,
    },
  };
}
