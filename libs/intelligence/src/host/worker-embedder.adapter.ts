import { request } from 'node:http';
import { type ErrorKind, HoldfastError } from '#kernel';
import type { Embeddings, TextOptions } from './inference-host.ts';
import { answerSchema, decodeVector, refusalSchema } from './query-socket.ts';
import type { TextEmbedder } from './text-embedder.ts';

/** Longer than a model takes to load from a slow disk. */
const limitMs = 120_000;

/** Asks the worker with the role `inference` for the vectors of queries. Throws INFERENCE_WORKER_AWAY, and what the worker throws. */
export class WorkerEmbedder implements TextEmbedder {
  private readonly path: string;

  constructor(path: string) {
    this.path = path;
  }

  async embedTexts(modelId: string, texts: string[], { signal }: TextOptions): Promise<Embeddings> {
    if (texts.length === 0) return { vectors: [], cpuMs: 0 };
    const { status, body } = await this.ask(JSON.stringify({ modelId, texts }), signal);
    if (status !== 200) {
      const { code, kind, message, action } = refusalSchema.parse(body);
      throw new HoldfastError(code, { kind: kind as ErrorKind, message, ...(action ? { action } : {}) });
    }
    const { vectors, cpuMs } = answerSchema.parse(body);
    return { vectors: vectors.map(decodeVector), cpuMs };
  }

  private ask(question: string, signal: AbortSignal | undefined): Promise<{ status: number; body: unknown }> {
    return new Promise((settle, fail) => {
      const away = (cause: Error) => fail(signal?.aborted ? cause : workerAway(cause));
      const options = { socketPath: this.path, method: 'POST', path: '/', timeout: limitMs, ...(signal ? { signal } : {}) };
      const sent = request(options, (response) => {
        const parts: Buffer[] = [];
        response.on('data', (part: Buffer) => parts.push(part));
        response.on('error', away);
        response.on('end', () =>
          settle({ status: response.statusCode ?? 0, body: JSON.parse(Buffer.concat(parts).toString('utf8')) }),
        );
      });
      sent.on('timeout', () => sent.destroy(new Error(`no answer within ${limitMs / 1000} seconds`)));
      sent.on('error', away);
      sent.end(question);
    });
  }
}

function workerAway(cause: Error): HoldfastError {
  return new HoldfastError('INFERENCE_WORKER_AWAY', {
    kind: 'unavailable',
    message: `The worker that runs models does not answer: ${cause.message}`,
    action: 'Look at it with: holdfast status. Words, text in pictures and speech are found without it.',
    cause,
  });
}
