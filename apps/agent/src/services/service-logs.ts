import { agentError, isJournalCursor, type LogEntry, type LogsReply, type LogsRequest, loggedServices } from '#agent-protocol';
import type { Clock } from '#kernel';
import type { Asked } from '../cores/core-changes.ts';
import type { Host } from '../host/host.ts';
import { Turns } from '../turns.ts';
import { readJournalEntry } from './journal-entry.ts';

/** What fits into a message beside its envelope. */
const mostBytes = 60_000;
const answerMs = 200;

/** Tells what services of the list have written into the machine's journal, as much of it as fits into a message. One question at a time. */
export class ServiceLogs {
  private readonly host: Host;
  private readonly clock: Clock;
  /** Of its own: whoever reads must keep nobody from changing something, and each reading is a program that runs. */
  private readonly turns = new Turns();

  constructor(host: Host, clock: Clock) {
    this.host = host;
    this.clock = clock;
  }

  /** Throws AGENT_SERVICE_ABSENT, AGENT_DEADLINE, AGENT_HOST_FAILED. */
  read({ service, lines, after }: LogsRequest, { until }: Pick<Asked, 'until'>): Promise<LogsReply> {
    return this.turns.take(async () => {
      const units = await this.unitsOf(service);
      const limitMs = Math.floor(until - this.clock.monotonicMs()) - answerMs;
      if (limitMs <= 0) throw agentError('AGENT_DEADLINE', `The log of ${service} could not be read in time: others read.`);
      const fitting = new FittingEntries(after);
      await this.host.readJournal({ units, lines, after, limitMs }, (line) => fitting.take(line));
      return { service, units, ...fitting.answer() };
    });
  }

  /** One unit is what it is called, also where it never ran; of a pattern those that there are. */
  private async unitsOf(service: LogsRequest['service']): Promise<string[]> {
    const name: string = loggedServices[service];
    if (!name.includes('*')) return [name];
    const units = (await this.host.seeServices([name])).map(({ unit }) => unit).sort();
    if (units.length > 0) return units;
    throw agentError('AGENT_SERVICE_ABSENT', `There is no ${service} on this machine (${name}).`);
  }
}

/** Entries that fit into a message: the newest; after a cursor the next ones, so that whoever goes on misses none. */
class FittingEntries {
  private readonly after: string | undefined;
  private readonly held: { entry: LogEntry; bytes: number }[] = [];
  private bytes = 0;
  private cursor: string | null;
  private more = false;

  constructor(after: string | undefined) {
    this.after = after;
    this.cursor = after ?? null;
  }

  /** Takes a line of the journal; answers whether another may follow. */
  take(line: string): boolean {
    const read = readJournalEntry(line);
    if (!read || !isJournalCursor(read.cursor)) return true;
    const bytes = Buffer.byteLength(JSON.stringify(read.entry)) + 1;
    if (this.after !== undefined && this.bytes + bytes > mostBytes) {
      this.more = true;
      return false;
    }
    this.held.push({ entry: read.entry, bytes });
    this.bytes += bytes;
    this.cursor = read.cursor;
    this.dropOldest();
    return true;
  }

  answer(): Pick<LogsReply, 'entries' | 'cursor' | 'more'> {
    return { entries: this.held.map(({ entry }) => entry), cursor: this.cursor, more: this.more };
  }

  private dropOldest(): void {
    while (this.bytes > mostBytes) {
      this.bytes -= this.held.shift()?.bytes ?? 0;
      this.more = true;
    }
  }
}
