import { AgentClient, isJournalCursor, type LogEntry, loggedServices, mostLogLines } from '#agent-protocol';
import type { HoldfastError } from '#kernel';
import { cleanText, type LogLevel, type LogLine, readLogLine } from './domain/log-line.ts';
import { agentNameOf } from './domain/unit-names.ts';
import type { LogPage, LogQuery } from './service-host.ts';

/** By the priorities of syslog. */
const priorities: LogLevel[] = ['error', 'error', 'error', 'error', 'warn', 'info', 'info', 'debug'];

/** Reads what units write into the journal, by the host agent: an account that could read it itself could read what everybody writes. */
export class UnitLogs {
  private readonly client: AgentClient;

  constructor(socket: string) {
    this.client = new AgentClient('services', socket);
  }

  /** Never throws: why there is nothing to read is part of the answer. */
  async read(unit: string, { lines, after }: LogQuery): Promise<LogPage> {
    const source = `journal of ${unit}`;
    const nothing = (reason: string): LogPage => ({ lines: [], cursor: after ?? null, source, reason });
    const byHand = `On the machine: sudo journalctl -u ${unit}.`;
    const service = agentNameOf(loggedServices, unit);
    if (!service) return nothing(`The host agent does not read the log of ${unit}. ${byHand}`);
    // One of another log, say of before systemd kept the services, begins anew.
    const from = after !== undefined && isJournalCursor(after) ? { after } : {};
    try {
      const wanted = { service, lines: Math.min(lines, mostLogLines), ...from };
      const { entries, cursor } = await this.client.call('services.logs', wanted);
      const reason = cursor === null ? `${unit} has written nothing into the journal.` : null;
      return { lines: entries.map(lineOf), cursor, source, reason };
    } catch (error) {
      return nothing(`${(error as HoldfastError).message.replace(/\.?$/, '.')} ${byHand}`);
    }
  }
}

function lineOf({ at, priority, text }: LogEntry): LogLine {
  const own = readLogLine(text);
  return { at: at ?? own.at, level: own.level ?? priorities[priority ?? -1] ?? null, text: cleanText(own.text) };
}
