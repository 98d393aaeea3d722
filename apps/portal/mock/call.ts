import type { MockWorld } from './world.ts';

/** A refusal, answered as a problem. */
export class MockProblem extends Error {
  readonly status: number;
  readonly code: string;
  readonly action: string | undefined;

  constructor(status: number, code: string, message: string, action?: string) {
    super(message);
    this.status = status;
    this.code = code;
    this.action = action;
  }
}

/** One request. */
export interface Call {
  method: string;
  path: string;
  query: URLSearchParams;
  body: Record<string, unknown>;
  cookies: Record<string, string>;
  world: MockWorld;
  push: (event: string, payload: unknown) => void;
}

/** One answer; no body means 204. */
export interface Result {
  status?: number;
  headers?: Record<string, string>;
  body?: unknown;
}

/** Answers one operation; `parts` are what its path holds in place of parameters. */
export type Handler = (call: Call, ...parts: string[]) => Result | Promise<Result>;

/** Operations by method and path. */
export type Routes = [string, RegExp, Handler][];

export const ids = (call: Call) => (call.body.ids as string[] | undefined) ?? [];
export const changed = (count: number): Result => ({ body: { changed: count } });
