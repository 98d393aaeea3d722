import { HoldfastError } from '#kernel';

/** How a sandboxed process ended. */
export type Outcome = 'ok' | 'failed' | 'timeout' | 'memory' | 'output-limit' | 'killed';

export interface Ending {
  outcome: Outcome;
  exitCode: number | null;
  /** Name of the signal that ended it, if one did. */
  signal: NodeJS.Signals | null;
}

/** What a parser used of the time that it was allowed. */
export interface Spent {
  /** Processor time in milliseconds. */
  cpuMs: number;
  wallSeconds: number;
}

const sentences: Record<Exclude<Outcome, 'ok'>, (what: string, ending: Ending, seconds: number) => string> = {
  failed: (what, ending) => `${what} could not read the file (exit code ${ending.exitCode}).`,
  timeout: (what, _ending, seconds) => `${what} took longer than the ${seconds} s it may take for one file.`,
  memory: (what) => `${what} needed more memory than one file may use.`,
  'output-limit': (what) => `${what} wrote more than one file may produce.`,
  killed: (what, ending) => `${what} crashed on ${ending.signal ?? 'a signal'}.`,
};

/** The error for a parser that a file ended: always the file's fault (`unprocessable`), code `SANDBOX_TIMEOUT`, `SANDBOX_MEMORY`, … */
export function fileFault(what: string, ending: Ending, spent: Spent, detail?: string): HoldfastError {
  if (ending.outcome === 'ok') throw new TypeError('a process that ended well is no fault');
  const sentence = sentences[ending.outcome](what, ending, spent.wallSeconds);
  return new HoldfastError(`SANDBOX_${ending.outcome.replace('-', '_').toUpperCase()}`, {
    kind: 'unprocessable',
    message: detail ? `${sentence} ${detail}` : sentence,
    action: 'The original is kept. Check whether the file opens elsewhere; raise the limits under `parsers` if it is sound.',
    values: { ...ending, ...spent },
  });
}

/** A parser that got less than this share of one processor for the time it was allowed did not have the time it was allowed. */
const fairShare = 2 / 3;

/**
 * Whether a parser ran out of time without having used it: processors or disks were busy with others (or it slept, which from
 * outside looks the same). Whoever asks tries again before blaming the file.
 */
export function isStarved({ code, values }: HoldfastError): boolean {
  const { cpuMs, wallSeconds, signal } = values as Partial<Ending & Spent>;
  if (code !== 'SANDBOX_TIMEOUT' || signal === 'SIGXCPU') return false;
  return cpuMs !== undefined && wallSeconds !== undefined && cpuMs < wallSeconds * 1000 * fairShare;
}

/** The error for a machine on which no parser may run. */
export function sandboxUnavailable(reason: string): HoldfastError {
  return new HoldfastError('SANDBOX_UNAVAILABLE', {
    kind: 'unavailable',
    message: `Parsers cannot be walled off on this machine: ${reason}`,
    action: 'Install bubblewrap (apt-get install bubblewrap) and allow user namespaces, then try again.',
    retryAfterSeconds: 300,
  });
}

/** The error for a program that is not installed. */
export function toolMissing(command: string): HoldfastError {
  return new HoldfastError('SANDBOX_TOOL_MISSING', {
    kind: 'unavailable',
    message: `The program ${command} is not installed.`,
    action: 'Run ./holdfast up again; it installs the packages that are missing.',
    values: { command },
    retryAfterSeconds: 300,
  });
}

export function sandboxBusy(name: string, waiting: number): HoldfastError {
  return new HoldfastError('SANDBOX_BUSY', {
    kind: 'throttled',
    message: `${waiting} files already wait for the ${name} parsers.`,
    action: 'Try again in a moment.',
    retryAfterSeconds: 5,
  });
}

export function sandboxClosed(name: string): HoldfastError {
  return new HoldfastError('SANDBOX_CLOSED', {
    kind: 'unavailable',
    message: `The ${name} parsers are stopping.`,
    action: 'The file is taken up again when the worker is back.',
  });
}

export function sandboxAborted(what: string): HoldfastError {
  return new HoldfastError('SANDBOX_ABORTED', { kind: 'unavailable', message: `${what} was stopped before it was done.` });
}
