import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { HoldfastError } from '#kernel';
import { identifyProcess, isRunning, type ProcessIdentity, signalProcess } from './process-identity.ts';
import type { OsUser } from './server-user.ts';

/** A program to run beside this process. */
export interface ServerProgram {
  command: string;
  args: string[];
  /** Working folder. */
  folder: string;
  environment: Record<string, string>;
  /** File that its output is appended to. */
  logFile: string;
  /** Account to run as; only root can choose one. */
  user?: OsUser | undefined;
  /** What the kernel sends it when this process dies without saying goodbye. */
  deathSignal: 'SIGINT' | 'SIGTERM';
  /** Whether it gets a channel for `process.send`. */
  messages?: boolean;
}

export interface ProcessExit {
  code: number | null;
  signal: NodeJS.Signals | null;
}

/** A program that was started. */
export interface ServerProcess {
  identity: ProcessIdentity;
  child: ChildProcess;
  /** Settles when it has ended. */
  exited: Promise<ProcessExit>;
  /** How it ended, undefined while it runs. */
  exit: ProcessExit | undefined;
}

/**
 * Starts a program through setpriv(1), which drops to the given account, forbids it to gain privileges and binds its life to
 * ours. Throws SUPERVISOR_SPAWN_FAILED.
 */
export function startProcess(program: ServerProgram): ServerProcess {
  const { user } = program;
  const account = user ? [`--reuid=${user.uid}`, `--regid=${user.gid}`, '--init-groups'] : [];
  const log = openSync(program.logFile, 'a', 0o640);
  const child = spawn(
    'setpriv',
    [...account, '--no-new-privs', `--pdeathsig=${program.deathSignal.slice(3)}`, '--', program.command, ...program.args],
    {
      cwd: program.folder,
      env: program.environment,
      stdio: ['ignore', log, log, ...(program.messages ? (['ipc'] as const) : [])],
      // A process group of its own: Ctrl-C in the terminal reaches the supervisor only, which then stops everything in order.
      detached: true,
    },
  );
  closeSync(log);
  const server: ServerProcess = {
    identity: { pid: -1, startTicks: -1, bootId: '' },
    child,
    exit: undefined,
    exited: new Promise((settle) => {
      child.on('error', () => settle({ code: 127, signal: null }));
      child.on('exit', (code, signal) => settle({ code, signal }));
    }),
  };
  void server.exited.then((exit) => {
    server.exit = exit;
  });
  const identity = child.pid === undefined ? undefined : identifyProcess(child.pid);
  if (!identity)
    throw new HoldfastError('SUPERVISOR_SPAWN_FAILED', {
      kind: 'unavailable',
      message: `${program.command} could not be started through setpriv.`,
      action: 'Check that the Debian package util-linux is installed and that the machine has processes and memory to spare.',
    });
  server.identity = identity;
  return server;
}

/** A signal and how long the program may take to obey before the next one. */
export interface StopStep {
  signal: NodeJS.Signals;
  waitMs: number;
}

async function waitFor(condition: () => boolean, limitMs: number): Promise<boolean> {
  const deadline = performance.now() + limitMs;
  for (let pause = 5; !condition(); pause = Math.min(pause * 2, 100)) {
    if (performance.now() > deadline) return false;
    await sleep(pause);
  }
  return true;
}

/** Ends a process by the given signals, and by SIGKILL when none of them helps. Answers the signal that did; undefined when it had gone before. */
export async function endProcess(identity: ProcessIdentity, steps: StopStep[]): Promise<NodeJS.Signals | undefined> {
  for (const { signal, waitMs } of [...steps, { signal: 'SIGKILL' as const, waitMs: 10_000 }]) {
    if (!signalProcess(identity, signal)) return undefined;
    if (await waitFor(() => !isRunning(identity), waitMs)) return signal;
  }
  throw new HoldfastError('SUPERVISOR_STOP_FAILED', {
    kind: 'timeout',
    message: `Process ${identity.pid} does not end, not even by SIGKILL.`,
    action: 'It probably waits for a disk that does not answer; look at dmesg.',
  });
}

/** The end of a log, for error messages. */
export function lastLines(logFile: string, count = 8): string {
  try {
    return readFileSync(logFile, 'utf8').trimEnd().split('\n').slice(-count).join('\n');
  } catch {
    return '';
  }
}
