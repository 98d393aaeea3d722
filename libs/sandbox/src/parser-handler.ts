/** One thing a parser can do: plain values and files in, plain values and buffers out. */
export type ParserHandler = (params: never, buffers: Buffer[]) => Promise<{ value: unknown; buffers?: Uint8Array[] }>;

/** What a pool's program module exports as `handlers`. It runs in the sandbox and may import only its own packages. */
export type ParserHandlers = Record<string, ParserHandler>;

/** An error that a handler throws about its file: a stable code and what to do, beside the message. */
export interface ParserFault extends Error {
  code: string;
  action?: string | undefined;
}

/** Codes that a parser may give its faults. Others thrown become PARSER_FAILED. */
export const faultCode = /^[A-Z][A-Z0-9]*(_[A-Z0-9]+){1,6}$/;
