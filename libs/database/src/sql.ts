import { createHash } from 'node:crypto';
import type { ClientBase, QueryConfig, QueryResultRow } from 'pg';
import { HoldfastError } from '#kernel';

/** Runs statements. Parameters are `$1`, `$2`, …; never splice values into the text. */
export interface Statements {
  /** All rows of a statement. */
  rows<Row extends QueryResultRow>(text: string, parameters?: unknown[]): Promise<Row[]>;
  /** The first row, or undefined where there is none. */
  first<Row extends QueryResultRow>(text: string, parameters?: unknown[]): Promise<Row | undefined>;
  /** Runs a statement; answers how many rows it changed. */
  run(text: string, parameters?: unknown[]): Promise<number>;
}

/** Statements inside one transaction. */
export interface Sql extends Statements {
  /**
   * For statements of a fixed text that run for every job: each connection has PostgreSQL keep them parsed and, in time, planned. Not
   * for those whose best plan depends on their parameters or on settings of the transaction.
   */
  readonly often: Statements;
}

const statementNames = new Map<string, string>();

/** Names are at most 63 bytes; the same text has the same name on every connection. */
function nameOf(text: string): string {
  let name = statementNames.get(text);
  if (name === undefined) {
    name = createHash('sha256').update(text).digest('base64url');
    statementNames.set(text, name);
  }
  return name;
}

/** Wraps a connection; the driver's errors come out as ours. */
export function sqlOn(client: ClientBase): Sql {
  return {
    ...statementsOn(client, (text, values) => ({ text, values })),
    often: statementsOn(client, (text, values) => ({ name: nameOf(text), text, values })),
  };
}

function statementsOn(client: ClientBase, query: (text: string, values: unknown[]) => QueryConfig): Statements {
  const execute = async (text: string, parameters: unknown[] = []) => {
    try {
      return await client.query(query(text, parameters));
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
