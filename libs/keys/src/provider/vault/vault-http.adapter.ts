import { Agent as HttpAgent, type IncomingMessage, type RequestOptions, request as requestHttp } from 'node:http';
import { Agent as HttpsAgent, request as requestHttps } from 'node:https';
import { keyError } from '../key-error.ts';
import { providerRequestId } from '../provider-request.ts';

const mostAnswerBytes = 1_048_576;
const connectMs = 1_000;
const wholeMs = 2_000;
const idleMs = 30_000;
/** What must not be done twice: a version more, a counted use less. */
const unrepeatable = /\/(rotate|login)$/;

/** A request below `/v1/`. The path is made of fixed words and checked names only: nothing normalises or escapes it on its way. */
export interface VaultRequest {
  method: 'GET' | 'POST';
  path: string;
  token?: string;
  body?: Record<string, unknown>;
  /** For the whole exchange; two seconds unless said. */
  timeoutMs?: number;
}

/** What came back: JSON, or undefined where the body was empty. */
export interface VaultAnswer {
  status: number;
  body: unknown;
}

/** Where the server is, and whose certificates are trusted for it (PEM): those alone when given. */
export interface VaultAddress {
  address: string;
  namespace?: string | undefined;
  ca?: string | undefined;
}

function unavailable(what: string): Error {
  return keyError('KEYS_UNAVAILABLE', `The Vault server ${what}.`);
}

async function readBody(answer: IncomingMessage): Promise<unknown> {
  const pieces: Buffer[] = [];
  let length = 0;
  for await (const piece of answer as AsyncIterable<Buffer>) {
    length += piece.length;
    if (length > mostAnswerBytes) throw unavailable('answers more than a mebibyte');
    pieces.push(piece);
  }
  if (length === 0) return undefined;
  try {
    return JSON.parse(Buffer.concat(pieces).toString('utf8'));
  } catch {
    throw unavailable(`answers something else than JSON (status ${answer.statusCode})`);
  }
}

/** Speaks HTTP with one Vault or OpenBao server: short patience, small answers, no redirects, and nothing of a request in any error. */
export class VaultHttp {
  private readonly address: URL;
  private readonly namespace: string | undefined;
  private readonly agent: HttpAgent;

  constructor({ address, namespace, ca }: VaultAddress) {
    this.address = new URL(address);
    this.namespace = namespace;
    // Connections end before a server or balancer gets tired of them.
    const options = { keepAlive: true, maxSockets: 8, timeout: idleMs };
    this.agent =
      this.address.protocol === 'https:'
        ? new HttpsAgent({ ...options, minVersion: 'TLSv1.2', ...(ca ? { ca } : {}) })
        : new HttpAgent(options);
  }

  /** Asks and answers what came back, whatever its status. Throws KEYS_UNAVAILABLE when nothing usable comes in time. */
  async ask(request: VaultRequest): Promise<VaultAnswer> {
    try {
      return await this.askOnce(request).catch((error) => {
        if (error instanceof StaleConnection && !unrepeatable.test(request.path)) return this.askOnce(request);
        throw error;
      });
    } catch (error) {
      throw asKeyError(error);
    }
  }

  /** Ends all connections. */
  close(): void {
    this.agent.destroy();
  }

  private askOnce({ method, path, token, body, timeoutMs = wholeMs }: VaultRequest): Promise<VaultAnswer> {
    const content = body ? Buffer.from(JSON.stringify(body)) : undefined;
    return new Promise((settle, fail) => {
      const request = this.begin({ method, path: `/v1/${path}`, headers: this.headers(token, content) });
      const giveUp = (what: string) => () => request.destroy(unavailable(what));
      const whole = setTimeout(giveUp(`did not answer within ${timeoutMs / 1000} s`), timeoutMs);
      const connecting = setTimeout(giveUp('cannot be reached'), Math.min(connectMs, timeoutMs));
      request.on('socket', (socket) => {
        const isReused = request.reusedSocket || !socket.connecting;
        if (isReused) clearTimeout(connecting);
        else socket.once('connect', () => clearTimeout(connecting));
      });
      request.on('response', (answer) => {
        readBody(answer).then((read) => settle({ status: answer.statusCode ?? 0, body: read }), fail);
      });
      request.on('error', (error) => fail(isStale(request.reusedSocket, error) ? new StaleConnection() : error));
      request.on('close', () => {
        clearTimeout(whole);
        clearTimeout(connecting);
        content?.fill(0);
      });
      request.end(content);
    });
  }

  private begin(options: RequestOptions) {
    const { protocol, hostname, port } = this.address;
    const request = protocol === 'https:' ? requestHttps : requestHttp;
    // An IPv6 address stands in brackets in a URL only.
    return request({ ...options, agent: this.agent, host: hostname.replace(/^\[|\]$/g, ''), port });
  }

  private headers(token: string | undefined, content: Buffer | undefined): Record<string, string | number> {
    return {
      // Vault refuses what a browser could be tricked into sending.
      'X-Vault-Request': 'true',
      ...(token ? { 'X-Vault-Token': token } : {}),
      ...(this.namespace ? { 'X-Vault-Namespace': this.namespace } : {}),
      'X-Holdfast-Request': providerRequestId(),
      ...(content ? { 'Content-Type': 'application/json', 'Content-Length': content.length } : {}),
    };
  }
}

/** A connection of before that the server had given up when it was used again. */
class StaleConnection extends Error {
  readonly code = 'ECONNRESET';
}

function isStale(isReused: boolean, error: NodeJS.ErrnoException): boolean {
  return isReused && (error.code === 'ECONNRESET' || error.code === 'EPIPE');
}

/** Errors of the network as ours. Their messages may name what was sent: only the code is taken over. */
function asKeyError(error: unknown): Error {
  if ((error as Error).name === 'HoldfastError') return error as Error;
  const { code } = error as NodeJS.ErrnoException;
  return unavailable(`cannot be asked (${code ?? 'the connection broke'})`);
}
