import { dirname, extname, join, relative } from 'node:path';
import type { Readable, Writable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { HoldfastError } from '#kernel';
import { type Bind, confine } from './confinement.ts';
import { encodeFrame, FrameReader, OversizedFrame } from './frames.ts';
import { packageClosure, packageRootOf } from './package-closure.ts';
import { faultCode } from './parser-handler.ts';
import { type Ending, fileFault, type Outcome } from './sandbox-errors.ts';
import { requireConfinement } from './sandbox-level.adapter.ts';
import type { SandboxLimits } from './sandbox-limits.ts';
import { recogniseMemory, type SandboxedProcess, startSandboxed, tellsOfMemory } from './sandboxed-process.adapter.ts';

/** What a pool's children run: a module that exports `handlers`, and the packages that it may load. */
export interface ParserProgram {
  /** Name for messages: "image". */
  name: string;
  /** URL of the module, `.ts` from source or `.js` from `dist`. It exports `handlers: ParserHandlers`. */
  module: URL;
  packages: readonly string[];
  environment?: Record<string, string>;
  /** Further files and folders it may read. */
  readOnly?: Bind[];
  /** Most bytes of one answer. */
  replyBytes: number;
  limits: SandboxLimits;
}

interface ReplyHeader {
  id: number;
  cpuMs?: number;
  value?: unknown;
  fault?: { code: string; message: string; action?: string };
}

export interface Answer {
  value: unknown;
  buffers: Buffer[];
  cpuMs: number;
}

/** The job in hand. */
interface Waiting {
  id: number;
  wallSeconds: number;
  /** Processor time of the process before the job, in milliseconds. */
  spentBefore: number;
  resolve: (answer: Answer) => void;
  reject: (error: Error) => void;
}

const APP = '/app';

// What V8 maps writable before it runs a line: 574 MB with Node 24, nearly all of it never touched.
const NODE_RESERVED_BYTES = 640 * 2 ** 20;

/** One warm, sandboxed Node child that takes one job at a time. */
export class ParserProcess {
  readonly #program: ParserProgram;
  readonly #sandboxed: SandboxedProcess;
  readonly #reader: FrameReader<ReplyHeader>;
  #waiting: Waiting | undefined;
  #lastWords = '';
  #lastId = 0;
  #end: Ending | undefined;

  static async start(program: ParserProgram): Promise<ParserProcess> {
    const line = confine(await requireConfinement(), nodeCommand(program));
    const { memoryBytes } = program.limits;
    const stdio: Array<'pipe'> = ['pipe', 'pipe', 'pipe'];
    const sandboxed = await startSandboxed({ line, stdio, memoryBytes, outputBytes: program.replyBytes });
    return new ParserProcess(program, sandboxed);
  }

  private constructor(program: ParserProgram, sandboxed: SandboxedProcess) {
    this.#program = program;
    this.#sandboxed = sandboxed;
    this.#reader = new FrameReader(program.replyBytes);
    const { stdin, stdout, stderr } = sandboxed.child;
    (stdin as Writable).on('error', () => {});
    (stdout as Readable).on('data', (chunk: Buffer) => this.#read(chunk));
    (stderr as Readable).on('data', (chunk: Buffer) => {
      this.#lastWords = (this.#lastWords + chunk.toString('utf8')).slice(-8192);
    });
    void sandboxed.ended.then((ending) => this.#ended(ending));
  }

  get alive(): boolean {
    return this.#end === undefined;
  }

  /** Resolves when the process has ended, however it did. */
  get ended(): Promise<void> {
    return this.#sandboxed.ended.then(() => {});
  }

  get maxRssBytes(): number {
    return this.#sandboxed.maxRssBytes();
  }

  /** Does one job. Rejects with the file's error when the file (or the time it took) ended this process. */
  run(method: string, params: unknown, buffers: readonly Uint8Array[], wallSeconds: number): Promise<Answer> {
    if (this.#waiting) throw new Error('a parser does one job at a time');
    const id = ++this.#lastId;
    const timer = setTimeout(() => this.kill('timeout'), wallSeconds * 1000);
    return new Promise<Answer>((resolve, reject) => {
      this.#waiting = { id, wallSeconds, spentBefore: this.#sandboxed.cpuMs(), resolve, reject };
      if (this.#end) return this.#ended(this.#end);
      const stdin = this.#sandboxed.child.stdin as Writable;
      for (const piece of encodeFrame({ id, method, params }, buffers)) stdin.write(piece);
    }).finally(() => clearTimeout(timer));
  }

  kill(because: Outcome): void {
    this.#sandboxed.kill(because);
  }

  /** Ends the process and waits until it is gone. */
  async close(): Promise<void> {
    this.#sandboxed.kill('killed');
    await this.#sandboxed.ended;
  }

  #read(chunk: Buffer): void {
    try {
      for (const { header, buffers } of this.#reader.push(chunk)) this.#settle(header, buffers);
    } catch (error) {
      // What a parser says that is no frame was said by a file that took it over: end it.
      this.kill(error instanceof OversizedFrame ? 'output-limit' : 'killed');
    }
  }

  #settle(header: ReplyHeader, buffers: Buffer[]): void {
    const waiting = this.#waiting;
    if (!waiting || header.id !== waiting.id) throw new RangeError('an answer to no question');
    // Refused memory shows as an error like any other; what is left of such a child is replaced.
    if (header.fault && tellsOfMemory(String(header.fault.message))) {
      this.kill('memory');
      return;
    }
    this.#waiting = undefined;
    const cpuMs = Number(header.cpuMs) || 0;
    if (header.fault) waiting.reject(handlerFault(header.fault, cpuMs));
    else waiting.resolve({ value: header.value, buffers, cpuMs });
  }

  #ended(ending: Ending): void {
    const outcome = ending.outcome === 'ok' ? 'failed' : ending.outcome;
    this.#end = recogniseMemory({ ...ending, outcome }, this.#lastWords);
    const waiting = this.#waiting;
    this.#waiting = undefined;
    if (!waiting) return;
    const { wallSeconds, spentBefore } = waiting;
    const spent = { cpuMs: this.#sandboxed.cpuMs() - spentBefore, wallSeconds };
    waiting.reject(fileFault(`The ${this.#program.name} parser`, this.#end, spent));
  }
}

function handlerFault(fault: NonNullable<ReplyHeader['fault']>, cpuMs: number): HoldfastError {
  const code = faultCode.test(String(fault.code)) ? fault.code : 'PARSER_FAILED';
  const message = String(fault.message).slice(0, 1000);
  const action = fault.action
    ? String(fault.action).slice(0, 500)
    : 'The original is kept. Check whether the file opens elsewhere.';
  return new HoldfastError(code, { kind: 'unprocessable', message, action, values: { cpuMs } });
}

/** The libraries, built or as sources, that a file belongs to; else (in tests) its own folder. */
function codeFolderOf(checkout: string, file: string): string {
  const libraries = ['dist/libs', 'libs'].map((folder) => join(checkout, folder));
  return libraries.find((folder) => file.startsWith(`${folder}/`)) ?? dirname(file);
}

function nodeCommand(program: ParserProgram) {
  const module = fileURLToPath(program.module);
  const checkout = packageRootOf(module);
  const inApp = (path: string): Bind => ({ from: path, to: join(APP, relative(checkout, path)) });
  const host = fileURLToPath(new URL(`parser-host.child${extname(import.meta.filename)}`, import.meta.url));
  const fromSource = module.endsWith('.ts');
  const folders = new Set([host, module].map((file) => codeFolderOf(checkout, file)));
  const megabytes = Math.max(64, Math.floor(program.limits.memoryBytes / 2 ** 20 / 2));
  return {
    command: `${APP}/node`,
    args: (paths: { at(path: string): string }) => [
      ...(fromSource ? ['--conditions=source'] : []),
      `--max-old-space-size=${megabytes}`,
      '--disable-proto=delete',
      paths.at(inApp(host).to),
      paths.at(inApp(module).to),
    ],
    readOnly: [
      { from: process.execPath, to: `${APP}/node` },
      inApp(join(checkout, 'package.json')),
      ...[...folders].map(inApp),
      ...packageClosure(checkout, program.packages).map(inApp),
      ...(program.readOnly ?? []),
    ],
    writable: [],
    environment: { PATH: '/usr/bin', LANG: 'C.UTF-8', HOME: '/tmp', MALLOC_ARENA_MAX: '2', ...program.environment },
    limits: { dataBytes: program.limits.memoryBytes + NODE_RESERVED_BYTES, ...program.limits },
  };
}
