import { type Clock, HoldfastError, systemClock, Turns } from '#kernel';
import { ProcessorMeter } from '#sandbox';
import type { TextPurpose } from '../child/text-runner.ts';
import type { WhisperWindow } from '../child/whisper-runner.ts';
import { inputUnfit, modelTooLarge } from './inference-errors.ts';
import { InferenceLane, type LaneCodec, type LaneProcess } from './inference-lane.ts';
import { type Costed, imageCodec, type SpeechInput, speechCodec, textCodec } from './lane-codecs.ts';
import { grantedMb, leastMb } from './model-memory.ts';
import { type ModelPart, ModelProcess, type RunnableModel } from './model-process.ts';
import { ModelRoom } from './model-room.ts';

/** Where the host finds a model by its id. Throws where there is none. */
export type ModelSource = (modelId: string) => Promise<RunnableModel>;

/** The manifest's `inference`, and what only tests change. */
export interface InferenceSettings {
  batchSize: number;
  batchWindowMs: number;
  threads: number;
  /** What all model processes may take together, in MB; no limit but each one's own where it is not planned. Bulk work then takes turns, too: each batch has all threads. */
  memoryMb?: number | undefined;
  idleSeconds?: number;
  wallSeconds?: number;
  maxWaiting?: number;
  maxWaitingBytes?: number;
}

const defaults = { idleSeconds: 300, wallSeconds: 120, maxWaiting: 1024, maxWaitingBytes: 256 * 1024 * 1024 };
/** A batch closes when nothing has arrived for this long; several callers that run side by side arrive within it. */
const quietMs = 4;

/** Bulk work gives way to the processes that answer people. */
const bulkNiceness = 5;

/** Texts that someone waits for have processes of their own, so that bulk work never stands before them. */
export type TextLane = 'bulk' | 'interactive';

/** Vectors in the order of what they are made of, and the processor time that they took. */
export interface Embeddings {
  vectors: Float32Array[];
  cpuMs: number;
}

export interface TextOptions {
  lane: TextLane;
  /** Default: interactive texts are queries, others are documents. */
  purpose?: TextPurpose;
  signal?: AbortSignal | undefined;
}

interface LaneAddress<Input, Output> {
  modelId: string;
  part: ModelPart;
  lane: TextLane;
  codec: LaneCodec<Input, Output>;
}

interface OpenLane {
  modelId: string;
  lane: InferenceLane<never, unknown>;
}

/**
 * Runs models in child processes: started on demand, fed in batches, restarted when they crash, ended when idle. The one door
 * to inference; no other code of a worker or the API comes near ONNX Runtime.
 */
export class InferenceHost {
  readonly #source: ModelSource;
  readonly #settings: InferenceSettings & typeof defaults;
  readonly #clock: Clock;
  readonly #lanes = new Map<string, Promise<OpenLane>>();
  readonly #room: ModelRoom;
  readonly #turns: Turns;

  constructor(source: ModelSource, settings: InferenceSettings, clock: Clock = systemClock) {
    this.#source = source;
    this.#settings = { ...defaults, ...settings };
    this.#clock = clock;
    this.#room = new ModelRoom(settings.memoryMb ?? Number.POSITIVE_INFINITY, () => void this.#rest());
    this.#turns = new Turns(settings.memoryMb === undefined ? Number.POSITIVE_INFINITY : 1);
  }

  /** The vectors of pictures, given as RGB bytes of the size that the model's manifest asks (see `tensorSpecOf`). */
  async embedImages(modelId: string, pictures: Uint8Array[], signal?: AbortSignal): Promise<Embeddings> {
    if (pictures.length === 0) return { vectors: [], cpuMs: 0 };
    const { manifest } = await this.#source(modelId);
    const { width, height } = requirePart(manifest.image, manifest.name, 'pictures').preprocessing;
    const expected = width * height * 3;
    const wrong = pictures.findIndex((picture) => picture.byteLength !== expected);
    if (wrong >= 0)
      throw inputUnfit(
        `Picture ${wrong} has ${pictures[wrong]?.byteLength} bytes; ${manifest.name} takes ${expected} (${width}×${height} RGB).`,
      );
    return sumUp(await this.#submit({ modelId, part: 'image', lane: 'bulk', codec: imageCodec }, pictures, signal));
  }

  /** The vectors of texts. Interactive texts (queries) go past all bulk work. Throws INFERENCE_INPUT_UNFIT for blank text. */
  async embedTexts(modelId: string, texts: string[], options: TextOptions): Promise<Embeddings> {
    if (texts.length === 0) return { vectors: [], cpuMs: 0 };
    const { manifest } = await this.#source(modelId);
    requirePart(manifest.text, manifest.name, 'text');
    if (texts.some((text) => text.trim() === '')) throw inputUnfit('A blank text has no meaning to compare.');
    const { lane, signal } = options;
    const purpose = options.purpose ?? (lane === 'interactive' ? 'query' : 'document');
    const inputs = texts.map((text) => ({ text, purpose }));
    return sumUp(await this.#submit({ modelId, part: 'text', lane, codec: textCodec }, inputs, signal));
  }

  /** What was said in up to 30 seconds of speech: 16-bit samples at 16 kHz, one channel. */
  async transcribeWindow(
    modelId: string,
    input: SpeechInput,
    signal?: AbortSignal,
  ): Promise<WhisperWindow & { cpuMs: number }> {
    const { manifest } = await this.#source(modelId);
    requirePart(manifest.speech, manifest.name, 'speech');
    const codec = speechCodec<WhisperWindow>();
    const [heard] = await this.#submit({ modelId, part: 'speech', lane: 'bulk', codec }, [input], signal);
    const { output, cpuMs } = heard as Costed<WhisperWindow>;
    ProcessorMeter.note(cpuMs);
    return { ...output, cpuMs };
  }

  /** Starts the process for queries ahead of the first one. */
  async warm(modelId: string): Promise<void> {
    const { lane } = await this.#lane({ modelId, part: 'text', lane: 'interactive', codec: textCodec });
    await lane.warm();
  }

  /** Ends all processes of a model, because it was disabled or replaced. */
  async unload(modelId: string): Promise<void> {
    for (const [key, opening] of this.#lanes) {
      const open = await opening.catch(() => undefined);
      if (open?.modelId !== modelId) continue;
      this.#lanes.delete(key);
      await open.lane.close();
    }
  }

  /** Every lane with what waits in it. */
  async status(): Promise<{ lane: string; waiting: number; running: boolean; up: boolean }[]> {
    const lanes = await Promise.all([...this.#lanes].map(async ([key, opening]) => ({ key, open: await opening })));
    return lanes.map(({ key, open }) => ({ lane: key, ...open.lane.load }));
  }

  /** Ends every process; what waits is refused with INFERENCE_CLOSED. */
  async close(): Promise<void> {
    const lanes = [...this.#lanes.values()];
    this.#lanes.clear();
    await Promise.all(lanes.map(async (opening) => (await opening.catch(() => undefined))?.lane.close()));
  }

  async #submit<Input, Output>(to: LaneAddress<Input, Output>, inputs: Input[], signal?: AbortSignal): Promise<Output[]> {
    const open = await this.#lane(to);
    return (open.lane as unknown as InferenceLane<Input, Output>).submit(inputs, signal);
  }

  #lane<Input, Output>({ modelId, part, lane, codec }: LaneAddress<Input, Output>): Promise<OpenLane> {
    const key = `${modelId} ${part} ${lane}`;
    const existing = this.#lanes.get(key);
    if (existing) return existing;
    const anyCodec = codec as unknown as LaneCodec<never, unknown>;
    const opening = this.#source(modelId).then((model) => ({ modelId, lane: this.#createLane(model, part, lane, anyCodec) }));
    this.#lanes.set(key, opening);
    opening.catch(() => this.#lanes.delete(key));
    return opening;
  }

  #createLane(model: RunnableModel, part: ModelPart, lane: TextLane, codec: LaneCodec<never, unknown>) {
    const { threads, batchSize, batchWindowMs, idleSeconds, maxWaiting, maxWaitingBytes } = this.#settings;
    const wallSeconds = part === 'speech' ? this.#settings.wallSeconds * 5 : this.#settings.wallSeconds;
    return new InferenceLane<never, unknown>(codec, {
      model: `${model.manifest.name} ${model.manifest.version}`,
      window: {
        size: Math.min(batchSize, largestBatch(model, part)),
        windowMs: lane === 'interactive' ? 0 : batchWindowMs,
        quietMs,
      },
      maxWaiting,
      maxWaitingBytes,
      idleMs: idleSeconds * 1000,
      clock: this.#clock,
      isWanted: () => this.#room.isWanted,
      start: () => this.#start(model, part, lane, { threads, wallSeconds }),
    });
  }

  /** Starts a process when there is room for it. */
  async #start(
    model: RunnableModel,
    part: ModelPart,
    lane: TextLane,
    limits: { threads: number; wallSeconds: number },
  ): Promise<LaneProcess> {
    const { manifest } = model;
    const memoryMb = grantedMb(manifest, this.#room.totalMb);
    if (memoryMb === undefined)
      throw modelTooLarge(`${manifest.name} ${manifest.version}`, leastMb(manifest), this.#room.totalMb);
    const leave = await this.#room.enter(memoryMb);
    try {
      const process = await ModelProcess.start(model, part, {
        ...limits,
        memoryMb,
        niceness: lane === 'interactive' ? 0 : bulkNiceness,
      });
      void process.ended.then(leave);
      return lane === 'interactive' ? process : takingTurns(process, this.#turns);
    } catch (error) {
      leave();
      throw error;
    }
  }

  /** Ends every process that nothing runs in. */
  async #rest(): Promise<void> {
    for (const opening of [...this.#lanes.values()]) await (await opening.catch(() => undefined))?.lane.rest();
  }
}

function takingTurns(process: LaneProcess, turns: Turns): LaneProcess {
  return {
    get alive() {
      return process.alive;
    },
    run: (method, params, buffers) => turns.take(() => process.run(method, params, buffers)),
    close: () => process.close(),
  };
}

function sumUp(made: Costed<Float32Array>[]): Embeddings {
  const cpuMs = made.reduce((sum, each) => sum + each.cpuMs, 0);
  ProcessorMeter.note(cpuMs);
  return { vectors: made.map(({ output }) => output), cpuMs };
}

/** Graphs exported with a fixed batch take one item at a time. */
function largestBatch({ manifest }: RunnableModel, part: ModelPart): number {
  if (part === 'speech') return 1;
  const batch = part === 'image' ? manifest.image?.input.shape[0] : manifest.text?.output.shape[0];
  return typeof batch === 'number' ? batch : Number.POSITIVE_INFINITY;
}

function requirePart<Part>(part: Part | undefined, model: string, what: string): Part {
  if (part) return part;
  throw new HoldfastError('MODEL_PART_MISSING', { kind: 'unsupported', message: `The model ${model} takes no ${what}.` });
}
