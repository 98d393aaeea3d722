import { asHoldfastError, type ErrorKind, type HoldfastError } from '#kernel';
import { exitCodes } from './command.ts';
import type { Terminal } from './terminal.ts';

/** Exit code per kind of error; a new kind does not compile until it has one. */
const exitCodeOf: Record<ErrorKind, number> = {
  invalid: exitCodes.usage,
  unauthenticated: exitCodes.error,
  forbidden: exitCodes.error,
  'not-found': exitCodes.error,
  conflict: exitCodes.error,
  locked: exitCodes.error,
  'precondition-failed': exitCodes.error,
  gone: exitCodes.error,
  'too-large': exitCodes.error,
  unsupported: exitCodes.error,
  unprocessable: exitCodes.error,
  corrupted: exitCodes.error,
  throttled: exitCodes.error,
  unavailable: exitCodes.error,
  'storage-full': exitCodes.error,
  timeout: exitCodes.error,
  bug: exitCodes.error,
};

function codeOf(error: HoldfastError): number {
  return error.code === 'APPLIANCE_NOT_RUNNING' ? exitCodes.notRunning : exitCodeOf[error.kind];
}

/** Prints what went wrong and what to do next; answers the exit code. Only our own mistakes show a stack. */
export function reportFailure(thrown: unknown, terminal: Terminal, json: boolean): number {
  const error = asHoldfastError(thrown);
  const { code, message, action } = error;
  if (json) {
    terminal.answer({ error: { code, message, action } });
    return codeOf(error);
  }
  terminal.complain(`${terminal.style('red', '✗')} ${message}`);
  if (action) terminal.complain(`  ${action}`);
  if (error.kind === 'bug')
    terminal.complain(terminal.style('dim', (error.cause as Error | undefined)?.stack ?? error.stack ?? code));
  return codeOf(error);
}
