import type { ClientBase, QueryResultRow } from 'pg';
import { HoldfastError } from '#kernel';

/** Statements inside one transaction. Parameters are `$1`, `$2`, …; never splice values into the text. */
export interface Sql {
  /** All rows of a statement. */
  rows<Row extends QueryResultRow>(text: string, parameters?: unknown[]): Promise<Row[]>;
  /** The first row, or undefined where there is none. */
  first<Row extends QueryResultRow>(text: string, parameters?: unknown[]): Promise<Row | undefined>;
  /** Runs a statement; answers how many rows it changed. */
  run(text: string, parameters?: unknown[]): Promise<number>;
}

/** Wraps a connection; the driver's errors come out as ours. */
export function sqlOn(client: ClientBase): Sql {
  const execute = async (text: string, parameters: unknown[] = []) => {
    try {
      return await client.query({ text, values: parameters });
    } catch (cause) {
      throw asDatabaseError(cause);
    }
  };
  return {
    rows: async <Row extends QueryResultRow>(text: string, parameters?: unknown[]) =>
      (await execute(text, parameters)).rows as Row[],
    first: async <Row extends QueryResultRow>(text: string, parameters?: unknown[]) =>
      (await execute(text, parameters)).rows[0] as Row | undefined,
    run: async (text, parameters) => (await execute(text, parameters)).rowCount ?? 0,
  };
}

/** SQLSTATE classes that mean "the server is away or restarting": https://www.postgresql.org/docs/current/errcodes-appendix.html */
const unavailable = /^(08|57P|53)/;

/** Bytes that are no text (NUL among them) in a text or a JSON value. */
const unstorableText = /^(22021|22P05)$/;

/** A driver's error as ours: unreachable servers are the world's fault, everything else is a bug. The SQLSTATE stays in `values.sqlState`. */
export function asDatabaseError(cause: unknown): HoldfastError {
  if (cause instanceof HoldfastError) return cause;
  const { code, message } = cause as { code?: string; message: string };
  if (code !== undefined && unstorableText.test(code))
    return new HoldfastError('TEXT_UNSTORABLE', {
      kind: 'invalid',
      message: 'A text holds characters that cannot be stored, such as NUL.',
      action: 'Remove them and try again.',
      cause,
    });
  const isAway =
    !code ||
    unavailable.test(code) ||
    /^(ECONN|EPIPE|ENOENT|ETIMEDOUT)/.test(code) ||
    /terminat|timeout exceeded/i.test(message);
  if (code === '53100')
    return new HoldfastError('DATABASE_FULL', {
      kind: 'storage-full',
      message: 'The database has no room left.',
      action: 'Free space on its file system.',
      cause,
    });
  if (isAway)
    return new HoldfastError('DATABASE_UNAVAILABLE', {
      kind: 'unavailable',
      message: `The database does not answer: ${message}`,
      action: 'Try again in a moment; `./holdfast status` shows its state.',
      values: { sqlState: code },
      retryAfterSeconds: 2,
      cause,
    });
  return new HoldfastError('DATABASE_STATEMENT_FAILED', { kind: 'bug', message, values: { sqlState: code }, cause });
}
