import { Inject, Injectable } from '@nestjs/common';
import { AuditTrail } from '#audit';
import { SystemDatabase } from '#database';
import { loggerFor } from '#telemetry';
import { JournalRepository } from './journal.repository.ts';

const logger = loggerFor('reconcile');
const pageSize = 100;
const mostPages = 20;

/** One entry of a host's own record. */
export interface JournalEntry {
  sequence: number;
  at: string;
  hash: string;
  /** Hash of the entry before it. */
  previous: string;
  event: string;
  facts: Record<string, unknown>;
}

/** A record that a host keeps itself, append-only and chained by hashes. */
export interface JournalSource {
  /** Name of the host in the audit. */
  readonly name: string;
  /** Entries after a number, oldest first. Throws HOST_CONTROL_UNAVAILABLE. */
  read(after: number, limit: number): Promise<JournalEntry[]>;
}

/** Brings what hosts write down of themselves into the audit: each entry once, in order, and a break of the chain as an entry of its own. */
@Injectable()
export class HostJournal {
  private readonly sources: JournalSource[] = [];

  constructor(
    @Inject(JournalRepository) private readonly journals: JournalRepository,
    @Inject(SystemDatabase) private readonly database: SystemDatabase,
    @Inject(AuditTrail) private readonly audit: AuditTrail,
  ) {}

  register(source: JournalSource): void {
    this.sources.push(source);
  }

  /** Takes over what is new. Never throws: a host that does not answer is asked again later. */
  async mirror(): Promise<void> {
    for (const source of this.sources) {
      try {
        for (let page = 0; page < mostPages && (await this.takePage(source)); page += 1);
      } catch (error) {
        logger.debug({ err: error, source: source.name }, 'The journal of the host could not be read; it is tried again');
      }
    }
  }

  /** Answers whether there may be more. */
  private async takePage(source: JournalSource): Promise<boolean> {
    const { sequence } = await this.database.run((sql) => this.journals.read(sql, source.name));
    const entries = await source.read(sequence, pageSize);
    const last = entries.at(-1);
    if (!last) return false;
    await this.database.run(async (sql) => {
      // Locked, so that of two processes one finds that the other was here.
      const known = await this.journals.lock(sql, source.name);
      if (known.sequence !== sequence) return;
      let former = known.hash;
      for (const entry of entries) {
        if (former !== '' && entry.previous !== former) await this.record(sql, source, broken(entry));
        await this.record(sql, source, entry);
        former = entry.hash;
      }
      await this.journals.put(sql, source.name, last.sequence, last.hash);
    });
    return entries.length === pageSize;
  }

  private async record(
    sql: Parameters<AuditTrail['recordSystem']>[0],
    { name }: JournalSource,
    { sequence, at, hash, event, facts }: JournalEntry,
  ): Promise<void> {
    const by = typeof facts.claimedActor === 'string' ? facts.claimedActor : undefined;
    await this.audit.recordSystem(sql, {
      organisationId: null,
      actor: { kind: 'system', id: name, label: by ?? name },
      requestId: hash.slice(0, 32),
      action: `host.${event}`,
      target: { kind: 'host-journal', id: `${name}/${sequence}` },
      detail: { ...facts, at, hash },
    });
  }
}

function broken({ sequence, at, hash, previous }: JournalEntry): JournalEntry {
  return { sequence, at, hash, previous, event: 'journal-broken', facts: { why: 'It does not follow the entry before it.' } };
}
