import type { HostedService } from './domain/hosted-service.ts';
import type { LogLine } from './domain/log-line.ts';

/** Which part of a log is wanted. */
export interface LogQuery {
  /** The newest so many lines at most. */
  lines: number;
  /** Only what was written since an earlier answer's cursor. */
  after?: string | undefined;
}

/** A part of a log. */
export interface LogPage {
  lines: LogLine[];
  /** Where to go on; null: begin anew. */
  cursor: string | null;
  /** Where it was read: a file, or the journal of a unit. */
  source: string | null;
  /** Why there is nothing to read. */
  reason: string | null;
}

/** Whoever keeps the services running: the supervisor of `./holdfast up`, systemd, or nobody. */
export interface ServiceHost {
  kind: 'supervisor' | 'systemd' | 'nobody';
  list(): Promise<HostedService[]>;
  readLog(service: HostedService, query: LogQuery): Promise<LogPage>;
  /** Why a service cannot be restarted from here; undefined where it can. */
  whyNoRestart(service: HostedService): Promise<string | undefined>;
  /** Begins the restart, and does not wait for its end. Throws what whoever does it refuses. */
  restart(service: HostedService): Promise<void>;
}
