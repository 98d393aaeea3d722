import type { ParserFault } from '#sandbox';

/** An error that a model process tells its parent: the code and the action survive the way. */
export function modelFault(code: string, message: string, action?: string): ParserFault {
  return Object.assign(new Error(message), { code, action });
}
