import { type ChildProcess, spawn } from 'node:child_process';
import { constants } from 'node:os';
import type { CommandLine } from './confinement.ts';
import { watchProcess } from './process-watch.adapter.ts';
import type { Ending, Outcome } from './sandbox-errors.ts';

/** A started sandbox: its pipes, its end, and the ways to end it early. */
export interface SandboxedProcess {
  child: ChildProcess;
  /** Resolves when every process of the sandbox is gone and its pipes are drained. Never rejects after the start. */
  ended: Promise<Ending>;
  /** Ends all processes of the sandbox at once and names the limit that they passed. */
  kill(because: Outcome): void;
  maxRssBytes(): number;
  /** Processor time of all its processes up to now; after the end up to when it was ended early. */
  cpuMs(): number;
}

interface Start {
  line: CommandLine;
  stdio: Array<'pipe' | 'ignore' | number>;
  memoryBytes: number;
  outputBytes: number;
  outputFolder?: string | undefined;
}

/** Starts a sandbox in its own session. Rejects with the system's error when the wall builder itself cannot be started. */
export async function startSandboxed(start: Start): Promise<SandboxedProcess> {
  const child = spawn(start.line.file, start.line.args, { stdio: start.stdio, detached: true, cwd: '/' });
  await new Promise<void>((resolve, reject) => {
    child.once('spawn', resolve);
    child.once('error', reject);
  });
  let because: Outcome | undefined;
  const kill = (outcome: Outcome) => {
    because ??= outcome;
    // The last chance to see what it spent: nothing of a killed family is left to ask.
    watch.cpuMs();
    killGroup(child);
  };
  const { pid } = child as { pid: number };
  const watch = watchProcess({ ...start, pid, breach: kill });
  const ended = new Promise<Ending>((resolve) => {
    child.once('close', (code, signal) => {
      watch.stop();
      resolve(describeEnding(code, signal, because));
    });
  });
  return { child, ended, kill, maxRssBytes: watch.maxRssBytes, cpuMs: watch.cpuMs };
}

/** The wall builder's own death takes the whole process namespace with it (`--die-with-parent`, `--kill-child`). */
function killGroup(child: ChildProcess): void {
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
  try {
    process.kill(-child.pid, 'SIGKILL');
  } catch {
    child.kill('SIGKILL');
  }
}

const signalNames = new Map(
  Object.entries(constants.signals)
    .reverse()
    .map(([name, number]) => [number, name as NodeJS.Signals]),
);

/** A shell's convention: exit code 128 + n stands for signal n. bubblewrap follows it. */
function describeEnding(code: number | null, signal: NodeJS.Signals | null, because: Outcome | undefined): Ending {
  const hidden = code !== null && code > 128 ? signalNames.get(code - 128) : undefined;
  const by = signal ?? hidden ?? null;
  if (because) return { outcome: because, exitCode: null, signal: by };
  if (by === 'SIGXFSZ') return { outcome: 'output-limit', exitCode: null, signal: by };
  if (by === 'SIGXCPU') return { outcome: 'timeout', exitCode: null, signal: by };
  if (by !== null) return { outcome: 'killed', exitCode: null, signal: by };
  return { outcome: code === 0 ? 'ok' : 'failed', exitCode: code, signal: null };
}

const outOfMemory =
  /out of memory|cannot allocate|allocation failed|bad_alloc|failed to allocate|unable to allocate|allocat\w+ \d+ bytes|ENOMEM/i;

/** Whether an error or last words say that memory was refused. */
export function tellsOfMemory(words: string): boolean {
  return outOfMemory.test(words);
}

/** An ending with the memory limit recognised: what the kernel refused shows only in the last words of the process. */
export function recogniseMemory(ending: Ending, lastWords: string): Ending {
  const possible = ending.outcome === 'failed' || ending.outcome === 'killed';
  return possible && tellsOfMemory(lastWords) ? { ...ending, outcome: 'memory' } : ending;
}
