import type { NestFastifyApplication } from '@nestjs/platform-fastify';

type Headers = Record<string, string | undefined>;

export interface ApiAnswer {
  status: number;
  headers: Record<string, string | string[] | number | undefined>;
  // biome-ignore lint/suspicious/noExplicitAny: tests read whatever was answered
  body: any;
}

/** Talks to an API in this process as one browser: keeps its cookie, sends what the portal sends. */
export class ApiClient {
  cookie: string | undefined;

  constructor(private readonly app: NestFastifyApplication) {}

  get(path: string, headers: Headers = {}): Promise<ApiAnswer> {
    return this.send('GET', path, undefined, headers);
  }

  post(path: string, body: object = {}, headers: Headers = {}): Promise<ApiAnswer> {
    return this.send('POST', path, body, headers);
  }

  async send(method: string, path: string, body?: object, headers: Headers = {}): Promise<ApiAnswer> {
    const all: Headers = { host: 'localhost:0', 'x-holdfast-request': '1', cookie: this.cookie, ...headers };
    const sent = Object.fromEntries(Object.entries(all).filter((entry) => entry[1] !== undefined)) as Record<string, string>;
    const answer = await this.app.inject({
      method: method as 'GET',
      url: path.startsWith('/health') || path.startsWith('/metrics') ? path : `/api/v1${path}`,
      headers: sent,
      ...(body === undefined ? {} : { payload: body }),
    });
    const setCookie = [answer.headers['set-cookie'] ?? []].flat()[0];
    if (setCookie) this.cookie = setCookie.split(';')[0];
    const isJson = String(answer.headers['content-type'] ?? '').includes('json');
    return { status: answer.statusCode, headers: answer.headers, body: isJson ? JSON.parse(answer.body) : answer.body };
  }
}
