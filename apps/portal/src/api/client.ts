import createClient from 'openapi-fetch';
import { Problem, problemFrom, unreachableProblem } from './problem.ts';
import type { paths } from './schema.d.ts';

/** Header that no foreign site can make a browser send with our cookie; the API demands it on everything but reads. */
export const requestGuardHeader = { 'x-holdfast-request': '1' };

/** The generated client. Every operation, parameter and answer is typed by `contracts/openapi.json`. */
export const api = createClient<paths>({
  baseUrl: '',
  credentials: 'same-origin',
  headers: requestGuardHeader,
  querySerializer: { array: { style: 'form', explode: true } },
  // Looked up at each call, so that a test may stand in for the network.
  fetch: (request) => globalThis.fetch(request),
});

type Outcome<Data> = { data?: Data; error?: unknown; response: Response };

const listeners = new Set<(problem: Problem) => void>();

/** Hears of every failed request once: the session watches it for 401. Returns the way to stop. */
export function onProblem(listener: (problem: Problem) => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** The data of an answer. Throws a Problem for anything else: this is the only place where answers become errors. */
export async function ask<Data>(outcome: Promise<Outcome<Data>>): Promise<Data> {
  let problem: Problem;
  try {
    const { data, error, response } = await outcome;
    if (response.ok) return data as Data;
    problem = problemFrom(error, response);
  } catch (thrown) {
    if (thrown instanceof DOMException && thrown.name === 'AbortError') throw thrown;
    problem = thrown instanceof Problem ? thrown : unreachableProblem();
  }
  for (const listener of listeners) listener(problem);
  throw problem;
}
