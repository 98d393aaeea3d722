import { type ErrorKind, HoldfastError } from '#kernel';

/** Kinds of error by HTTP's word for them, as far as commands tell them apart. */
const kinds: Record<number, ErrorKind> = {
  400: 'invalid',
  401: 'unauthenticated',
  403: 'forbidden',
  404: 'not-found',
  409: 'conflict',
  412: 'precondition-failed',
  422: 'unprocessable',
  423: 'locked',
  504: 'timeout',
};

interface Problem {
  code?: string;
  detail?: string;
  action?: string;
  values?: Record<string, unknown>;
}

/** The running api, as a command speaks to it. */
export class ApiSession {
  private readonly address: string;
  private readonly headers: Record<string, string>;

  /** `address` without a path: `http://127.0.0.1:8000`. */
  constructor(address: string, headers: Record<string, string>) {
    this.address = address;
    this.headers = { ...headers, 'x-holdfast-request': '1' };
  }

  get<Answer>(path: string): Promise<Answer> {
    return this.send('GET', path);
  }

  post<Answer>(path: string, body: object): Promise<Answer> {
    return this.send('POST', path, body);
  }

  /** Throws what the api answers as a problem, and API_UNREACHABLE. */
  private async send<Answer>(method: string, path: string, body?: object): Promise<Answer> {
    const headers = { ...this.headers, ...(body ? { 'content-type': 'application/json' } : {}) };
    const url = `${this.address}/api/v1${path}`;
    const answer = await fetch(url, { method, headers, ...(body ? { body: JSON.stringify(body) } : {}) }).catch((cause) => {
      throw new HoldfastError('API_UNREACHABLE', {
        kind: 'unavailable',
        message: `The appliance does not answer at ${this.address}.`,
        action: 'See ./holdfast status and ./holdfast logs api.',
        cause,
      });
    });
    const told: unknown = await answer.json().catch(() => ({}));
    if (answer.ok) return told as Answer;
    const { code = 'API_REFUSED', detail = `The api answered ${answer.status}.`, action, values } = told as Problem;
    const kind = kinds[answer.status] ?? 'unavailable';
    throw new HoldfastError(code, { kind, message: detail, ...(action ? { action } : {}), ...(values ? { values } : {}) });
  }
}
