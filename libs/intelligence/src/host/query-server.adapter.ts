import { chmodSync, rmSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { asHoldfastError, HoldfastError } from '#kernel';
import { encodeVector, largestQuestionBytes, questionSchema } from './query-socket.ts';
import type { TextEmbedder } from './text-embedder.ts';

async function readBody(request: IncomingMessage): Promise<string> {
  const parts: Buffer[] = [];
  let bytes = 0;
  for await (const part of request as AsyncIterable<Buffer>) {
    bytes += part.byteLength;
    if (bytes > largestQuestionBytes)
      throw new HoldfastError('INFERENCE_QUESTION_TOO_LARGE', {
        kind: 'too-large',
        message: `A query of more than ${largestQuestionBytes} bytes is none.`,
      });
    parts.push(part);
  }
  return Buffer.concat(parts).toString('utf8');
}

function send(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}

/** Has a worker embed the queries of the api, which builds no sandboxes and so runs no models. Whoever may enter the run folder may ask. */
export class QueryServer {
  private readonly server: Server;
  private readonly path: string;

  constructor(path: string, models: TextEmbedder) {
    this.path = path;
    this.server = createServer((request, response) => void this.answer(request, response, models));
  }

  async listen(): Promise<void> {
    // Left by a worker that was killed: the unit that is started again is the only one with this role.
    rmSync(this.path, { force: true });
    await new Promise<void>((settle, fail) => {
      this.server.once('error', fail).listen(this.path, () => settle());
    });
    chmodSync(this.path, 0o600);
  }

  close(): Promise<void> {
    this.server.closeAllConnections();
    return new Promise((settle) => this.server.close(() => settle()));
  }

  private async answer(request: IncomingMessage, response: ServerResponse, models: TextEmbedder): Promise<void> {
    const gone = new AbortController();
    response.on('close', () => gone.abort());
    try {
      const { modelId, texts } = questionSchema.parse(JSON.parse(await readBody(request)));
      const { vectors, cpuMs } = await models.embedTexts(modelId, texts, { lane: 'interactive', signal: gone.signal });
      send(response, 200, { vectors: vectors.map(encodeVector), cpuMs });
    } catch (error) {
      const { code, kind, message, action } = asHoldfastError(error);
      send(response, 422, { code, kind, message, action });
    }
  }
}
