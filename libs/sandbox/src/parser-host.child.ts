import { Console } from 'node:console';
import { encodeFrame, FrameReader } from './frames.ts';
import { faultCode, type ParserFault, type ParserHandlers } from './parser-handler.ts';

// The child's side of a parser pool, started as `node parser-host.child.ts MODULE`: answers requests from standard input on
// standard output, one after the other, until the input ends.

interface Request {
  id: number;
  method: string;
  params: unknown;
}

const LARGEST_REQUEST_BYTES = 2 ** 32;

async function answer(handlers: ParserHandlers, request: Request, buffers: Buffer[]): Promise<void> {
  const reply = await handle(handlers, request, buffers);
  // Counted from the last answer on, so that reading the request is in it; waiting costs nothing.
  const now = process.cpuUsage();
  const header = { id: request.id, cpuMs: (now.user + now.system - spent.user - spent.system) / 1000, ...reply.header };
  spent = now;
  for (const piece of encodeFrame(header, reply.buffers)) process.stdout.write(piece);
}

async function handle(handlers: ParserHandlers, request: Request, buffers: Buffer[]) {
  try {
    const handler = Object.hasOwn(handlers, request.method) ? handlers[request.method] : undefined;
    if (!handler) throw new Error(`no parser named ${request.method}`);
    const { value, buffers: results = [] } = await handler(request.params as never, buffers);
    return { header: { value }, buffers: results };
  } catch (thrown) {
    return { header: { fault: describe(thrown) }, buffers: [] };
  }
}

function describe(thrown: unknown): { code: string; message: string; action?: string | undefined } {
  const message = (thrown instanceof Error ? thrown.message : String(thrown)).slice(0, 1000);
  const { code, action } = Object(thrown) as Partial<ParserFault>;
  const known = typeof code === 'string' && faultCode.test(code) && !code.startsWith('ERR_');
  return known ? { code, message, action } : { code: 'PARSER_FAILED', message };
}

// Standard output belongs to the frames; whatever a library prints goes to the last words.
globalThis.console = new Console(process.stderr, process.stderr);
const { handlers } = (await import(String(process.argv[2]))) as { handlers: ParserHandlers };
let spent = process.cpuUsage();
const reader = new FrameReader<Request>(LARGEST_REQUEST_BYTES);
let turn = Promise.resolve();
process.stdin.on('data', (chunk: Buffer) => {
  for (const { header, buffers } of reader.push(chunk)) turn = turn.then(() => answer(handlers, header, buffers));
});
process.stdin.on('end', () => process.exit(0));
