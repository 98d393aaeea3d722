import { closeSync, openSync } from 'node:fs';
import { access, chown } from 'node:fs/promises';
import type { Readable, Writable } from 'node:stream';
import { type Bind, type Confinement, confine, sandboxUser } from './confinement.ts';
import { keepRegularFiles, lendFile } from './lending.adapter.ts';
import { ProcessorMeter } from './processor-meter.ts';
import { type Ending, fileFault, sandboxAborted, toolMissing } from './sandbox-errors.ts';
import { requireConfinement } from './sandbox-level.adapter.ts';
import type { SandboxLimits } from './sandbox-limits.ts';
import { recogniseMemory, type SandboxedProcess, startSandboxed } from './sandboxed-process.adapter.ts';

/** The one thing a tool reads: a file at a fixed path, a file as standard input, or bytes on standard input. */
export type ToolInput = { file: string } | { stdinFile: string } | { bytes: Uint8Array };

/** Where a tool finds what was lent to it. */
export interface ToolPaths {
  /** The input file, when given as `{ file }`. */
  input: string;
  /** The output folder, when asked for. */
  output: string;
  /** A read-only bind, by its path in the sandbox. */
  at(path: string): string;
}

export interface ToolRun {
  /** Absolute path of the program. */
  command: string;
  args: string[] | ((paths: ToolPaths) => string[]);
  input?: ToolInput | undefined;
  /** An existing empty folder of this machine that the tool may write. */
  outputFolder?: string | undefined;
  /** Further files and folders it may read. */
  readOnly?: Bind[];
  environment?: Record<string, string>;
  limits: SandboxLimits;
  signal?: AbortSignal | undefined;
  /** Takes standard output as it comes instead of having it collected. */
  onStdout?: (chunk: Buffer) => void;
}

export interface ToolResult extends Ending {
  stdout: Buffer;
  /** The last 8 KiB of standard error. */
  stderr: string;
  durationMs: number;
  /** Processor time of the tool and its children. */
  cpuMs: number;
  /** Highest resident memory seen by the watchdog; 0 when the run was too short to be seen. */
  maxRssBytes: number;
}

const STDERR_TAIL_BYTES = 8192;
const INPUT = '/in/input';
const OUTPUT = '/out';

/**
 * Runs one program once behind walls and tells how it ended; a bad ending is a result, not an error (see `requireOk`).
 * Throws SANDBOX_UNAVAILABLE, SANDBOX_TOOL_MISSING or SANDBOX_ABORTED, which are not the file's fault.
 */
export async function runTool(run: ToolRun): Promise<ToolResult> {
  run.signal?.throwIfAborted();
  const confinement = await requireConfinement();
  await requireProgram(run.command);
  const lent = await lend(run, confinement);
  try {
    const result = await supervise(run, confinement, lent.file);
    ProcessorMeter.note(result.cpuMs);
    if (run.outputFolder) await keepRegularFiles(run.outputFolder);
    return result;
  } finally {
    await lent.giveBack();
  }
}

/** The result of a tool that did its work. Throws the file's error (`unprocessable`, SANDBOX_TIMEOUT and so on) otherwise. */
export function requireOk(result: ToolResult, what: string, limits: SandboxLimits): ToolResult {
  if (result.outcome === 'ok') return result;
  const lastLine = result.stderr.trim().split('\n').at(-1)?.slice(0, 300);
  throw fileFault(what, result, { cpuMs: result.cpuMs, wallSeconds: limits.wallSeconds }, lastLine);
}

async function requireProgram(command: string): Promise<void> {
  await access(command).catch(() => {
    throw toolMissing(command);
  });
}

async function lend(run: ToolRun, confinement: Confinement): Promise<{ file: string | undefined; giveBack(): Promise<void> }> {
  const asRoot = confinement.endsWith('-root');
  const user = sandboxUser(confinement);
  if (asRoot && run.outputFolder) await chown(run.outputFolder, user, user);
  if (!run.input || !('file' in run.input)) return { file: undefined, giveBack: async () => {} };
  return asRoot ? lendFile(run.input.file, user) : { file: run.input.file, giveBack: async () => {} };
}

async function supervise(run: ToolRun, confinement: Confinement, file: string | undefined): Promise<ToolResult> {
  const stdin = openInput(run.input);
  const started = performance.now();
  const sandboxed = await start(run, confinement, file, stdin).finally(() => {
    if (typeof stdin === 'number') closeSync(stdin);
  });
  const { limits, signal } = run;
  const timer = setTimeout(() => sandboxed.kill('timeout'), limits.wallSeconds * 1000);
  const abort = () => sandboxed.kill('killed');
  signal?.addEventListener('abort', abort, { once: true });
  if (run.input && 'bytes' in run.input) feed(sandboxed.child.stdin as Writable, run.input.bytes);
  const output = collect(sandboxed, run);
  const ending = await sandboxed.ended;
  clearTimeout(timer);
  signal?.removeEventListener('abort', abort);
  if (signal?.aborted) throw sandboxAborted(run.command);
  const stderr = output.stderr();
  return {
    ...recogniseMemory(ending, stderr),
    stdout: output.stdout(),
    stderr,
    durationMs: performance.now() - started,
    cpuMs: output.cpuMs() ?? sandboxed.cpuMs(),
    maxRssBytes: sandboxed.maxRssBytes(),
  };
}

// dash reports the processor time of its children, which Node cannot ask for; 3 is the pipe that carries the report.
const MEASURED = ['-c', '"$@"; code=$?; times >&3; exit $code', 'measured'];

function start(run: ToolRun, confinement: Confinement, file: string | undefined, stdin: 'pipe' | 'ignore' | number) {
  const { limits, outputFolder } = run;
  const line = confine(confinement, {
    command: '/usr/bin/dash',
    args: (paths) => {
      const toolPaths = { input: paths.at(INPUT), output: paths.at(OUTPUT), at: paths.at };
      const args = typeof run.args === 'function' ? run.args(toolPaths) : run.args;
      return [...MEASURED, run.command, ...args];
    },
    readOnly: [...(file ? [{ from: file, to: INPUT }] : []), ...(run.readOnly ?? [])],
    writable: outputFolder ? [{ from: outputFolder, to: OUTPUT }] : [],
    environment: { PATH: '/usr/bin', LANG: 'C.UTF-8', HOME: '/tmp', ...run.environment },
    limits: { cpuSeconds: limits.wallSeconds * 4, ...limits },
  });
  const { memoryBytes, outputBytes } = limits;
  return startSandboxed({ line, stdio: [stdin, 'pipe', 'pipe', 'pipe'], memoryBytes, outputBytes, outputFolder });
}

function openInput(input: ToolInput | undefined): 'pipe' | 'ignore' | number {
  if (!input || 'file' in input) return 'ignore';
  return 'bytes' in input ? 'pipe' : openSync(input.stdinFile, 'r');
}

function feed(stdin: Writable, bytes: Uint8Array): void {
  // A tool may stop reading as soon as it knows enough; that is no error.
  stdin.on('error', () => {});
  stdin.end(bytes);
}

function collect(sandboxed: SandboxedProcess, run: ToolRun) {
  const stdout: Buffer[] = [];
  let stdoutBytes = 0;
  let stderr: Buffer = Buffer.alloc(0);
  let times = '';
  const [, out, err, report] = sandboxed.child.stdio as unknown as Readable[];
  out?.on('data', (chunk: Buffer) => {
    stdoutBytes += chunk.length;
    if (stdoutBytes > run.limits.outputBytes) return sandboxed.kill('output-limit');
    if (run.onStdout) run.onStdout(chunk);
    else stdout.push(chunk);
  });
  err?.on('data', (chunk: Buffer) => {
    stderr = Buffer.concat([stderr, chunk]).subarray(-STDERR_TAIL_BYTES);
  });
  report?.on('data', (chunk: Buffer) => {
    if (times.length < 1024) times += chunk.toString('latin1');
  });
  return {
    stdout: () => Buffer.concat(stdout),
    stderr: () => stderr.toString('utf8'),
    cpuMs: () => childrenMilliseconds(times),
  };
}

/** The second line of the shell's `times`: user and system time of its children, as `0m1.230000s 0m0.100000s`. A killed shell says nothing. */
function childrenMilliseconds(times: string): number | undefined {
  const line = times.trim().split('\n')[1];
  if (line === undefined) return undefined;
  return [...line.matchAll(/(\d+)m([\d.]+)s/g)].reduce((sum, [, m, s]) => sum + Number(m) * 60_000 + Number(s) * 1000, 0);
}
