import { currentContext, HoldfastError, isId } from '#kernel';
import type { Sql } from './sql.ts';
import type { TransactionPool } from './transaction.ts';

/** The database as one organisation sees it. Every statement runs in a transaction that row-level security binds to the current context. */
export class TenantDatabase {
  private readonly pool: TransactionPool;

  constructor(pool: TransactionPool) {
    this.pool = pool;
  }

  /** Runs work for the organisation of the current context. Throws CONTEXT_MISSING outside one. */
  async run<Result>(work: (sql: Sql) => Promise<Result>): Promise<Result> {
    const { organisationId } = currentContext();
    if (!isId(organisationId))
      throw new HoldfastError('CONTEXT_ORGANISATION_INVALID', {
        kind: 'bug',
        message: `${organisationId} is no organisation id.`,
      });
    return this.pool.transact(organisationId, work);
  }

  /** Does something (events, wake-ups) once the running transaction has committed. */
  afterCommit(task: () => void | Promise<void>): void {
    this.pool.afterCommit(task);
  }

  close(): Promise<void> {
    return this.pool.close();
  }
}

/** The few tables that exist before an organisation is known: sign-in, sessions, the outbox relay, the model list. Sees no organisation's content. */
export class SystemDatabase {
  private readonly pool: TransactionPool;

  constructor(pool: TransactionPool) {
    this.pool = pool;
  }

  async run<Result>(work: (sql: Sql) => Promise<Result>): Promise<Result> {
    return this.pool.transact(null, work);
  }

  close(): Promise<void> {
    return this.pool.close();
  }
}
