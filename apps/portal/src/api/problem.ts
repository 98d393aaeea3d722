import type { components } from './schema.d.ts';

type ProblemDetails = components['schemas']['Problem'];

/** Any failure of a request as one shape: what happened, what to do, and the id that finds it in the log. */
export class Problem extends Error {
  readonly code: string;
  readonly status: number;
  readonly title: string;
  readonly action: string | undefined;
  readonly requestId: string | undefined;
  readonly values: Record<string, unknown>;

  constructor(details: Partial<ProblemDetails> & { code: string; title: string; detail: string }) {
    super(details.detail);
    this.name = 'Problem';
    this.code = details.code;
    this.status = details.status ?? 0;
    this.title = details.title;
    this.action = details.action;
    this.requestId = details.requestId;
    this.values = details.values ?? {};
  }

  /** The appliance could not be reached at all. */
  get unreachable(): boolean {
    return this.status === 0;
  }
}

/** The appliance did not answer: the network or the appliance itself is away. */
export function unreachableProblem(): Problem {
  return new Problem({
    code: 'UNREACHABLE',
    title: 'The appliance does not answer',
    detail: 'The request did not reach the appliance.',
    action: 'Check the connection. What was loaded before stays readable; uploads continue by themselves.',
  });
}

/** The problem an answer describes; one that describes none (a proxy's page, an empty body) is named by its status. */
export function problemFrom(body: unknown, response: Response): Problem {
  const requestId = response.headers.get('x-request-id') ?? undefined;
  if (isDetails(body)) return new Problem({ ...body, requestId: body.requestId ?? requestId });
  return new Problem({
    code: `HTTP_${response.status}`,
    status: response.status,
    title: response.statusText || 'The request failed',
    detail: `The appliance answered with status ${response.status} and gave no reason.`,
    action: response.status >= 500 ? 'Try again; if it stays, give the correlation id to your administrator.' : undefined,
    requestId,
  });
}

/** Any thrown value as a Problem, so that every page shows failures the same way. */
export function asProblem(thrown: unknown): Problem {
  if (thrown instanceof Problem) return thrown;
  if (thrown instanceof TypeError && /fetch|network|load failed/i.test(thrown.message)) return unreachableProblem();
  return new Problem({
    code: 'PORTAL_FAULT',
    status: 500,
    title: 'This page met a fault of its own',
    detail: thrown instanceof Error ? thrown.message : String(thrown),
    action: 'Reload the page; if it comes back, report it with what you did before.',
  });
}

function isDetails(body: unknown): body is ProblemDetails {
  return typeof body === 'object' && body !== null && 'code' in body && 'detail' in body && 'title' in body;
}
