import { Inject, Injectable } from '@nestjs/common';
import { SystemDatabase } from '#database';
import { HoldfastError } from '#kernel';
import { identifyProcess, isRunning, type ProcessIdentity } from '#supervisor';

/**
 * One process moves at a time. The holder is known by process id, start time and boot, so that a dead one is told from a slow one: a lease
 * that ran out while its holder slept would let two move the same file.
 */
@Injectable()
export class MoverLock {
  private depth = 0;

  constructor(@Inject(SystemDatabase) private readonly database: SystemDatabase) {}

  /** Does work as the only mover. Throws STORAGE_MOVER_BUSY while another process is. */
  async hold<Result>(work: () => Promise<Result>): Promise<Result> {
    const self = this.self();
    await this.take(self);
    this.depth += 1;
    try {
      return await work();
    } finally {
      this.depth -= 1;
      if (this.depth === 0) await this.database.run((sql) => sql.run('DELETE FROM mover_lock WHERE holder = $1', [self]));
    }
  }

  private async take(self: string): Promise<void> {
    const holder = await this.database.run(async (sql) => {
      await sql.run('LOCK TABLE mover_lock IN EXCLUSIVE MODE');
      const found = await sql.first<{ holder: string }>('SELECT holder FROM mover_lock');
      if (found && found.holder !== self && isRunning(JSON.parse(found.holder) as ProcessIdentity)) return found.holder;
      await sql.run(
        `INSERT INTO mover_lock (holder, held_since) VALUES ($1, clock_timestamp())
         ON CONFLICT (slot) DO UPDATE SET holder = excluded.holder, held_since = excluded.held_since`,
        [self],
      );
      return undefined;
    });
    if (holder === undefined) return;
    throw new HoldfastError('STORAGE_MOVER_BUSY', {
      kind: 'locked',
      message: `Process ${(JSON.parse(holder) as ProcessIdentity).pid} is moving objects.`,
      action: 'Wait until it has finished; `./holdfast tiers status` shows how far it is.',
      retryAfterSeconds: 30,
    });
  }

  private self(): string {
    const identity = identifyProcess(process.pid);
    if (!identity) throw new Error('This process cannot find itself in /proc.');
    const { bootId, startTicks, pid } = identity;
    return JSON.stringify({ bootId, startTicks, pid });
  }
}
