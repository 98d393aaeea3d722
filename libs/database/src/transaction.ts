import { AsyncLocalStorage } from 'node:async_hooks';
import pg from 'pg';
import type { ConnectionSettings } from './connection-settings.ts';
import { asDatabaseError, type Sql, sqlOn } from './sql.ts';

interface Transaction {
  sql: Sql;
  organisationId: string | null;
  afterCommit: (() => void | Promise<void>)[];
}

const running = new AsyncLocalStorage<Map<TransactionPool, Transaction>>();

/** A pool of connections of one role, and the transaction that travels with the running work. */
export class TransactionPool {
  private readonly pool: pg.Pool;

  constructor(settings: ConnectionSettings) {
    this.pool = new pg.Pool({
      host: settings.host,
      port: settings.port,
      database: settings.database,
      user: settings.user,
      max: settings.poolSize,
      connectionTimeoutMillis: 10_000,
      idleTimeoutMillis: 60_000,
      options: '-c statement_timeout=60000 -c idle_in_transaction_session_timeout=120000',
    });
    // A server that goes away breaks idle connections; the next query reports it, so this must not end the process.
    this.pool.on('error', () => {});
    // The pool listens only to idle connections; one that breaks while it is lent would end the process.
    this.pool.on('connect', (client) => client.on('error', () => {}));
  }

  /** Runs work in a transaction; joins the one already running on this pool for the same organisation. */
  async transact<Result>(organisationId: string | null, work: (sql: Sql) => Promise<Result>): Promise<Result> {
    const outer = running.getStore()?.get(this);
    if (outer && outer.organisationId === organisationId) return work(outer.sql);
    const client = await this.connect();
    const transaction: Transaction = { sql: sqlOn(client), organisationId, afterCommit: [] };
    let broken: Error | undefined;
    let result: Result;
    try {
      // One round trip; the id is a UUID by type check, so splicing it is safe where parameters cannot be used.
      await client.query(organisationId ? `BEGIN; SET LOCAL hf.tenant = '${organisationId}'` : 'BEGIN');
      const transactions = new Map(running.getStore() ?? []).set(this, transaction);
      result = await running.run(transactions, () => work(transaction.sql));
      await client.query('COMMIT');
    } catch (error) {
      await client.query('ROLLBACK').catch((cause: Error) => {
        broken = cause;
      });
      throw error instanceof Error && 'severity' in error ? asDatabaseError(error) : error;
    } finally {
      client.release(broken);
    }
    for (const task of transaction.afterCommit) await task();
    return result;
  }

  /** Does something once the running transaction has committed; at once where none runs. */
  afterCommit(task: () => void | Promise<void>): void {
    const outer = running.getStore()?.get(this);
    if (outer) outer.afterCommit.push(task);
    else void task();
  }

  async close(): Promise<void> {
    await this.pool.end();
  }

  private async connect(): Promise<pg.PoolClient> {
    try {
      return await this.pool.connect();
    } catch (cause) {
      throw asDatabaseError(cause);
    }
  }
}
