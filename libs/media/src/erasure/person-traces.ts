import { Injectable } from '@nestjs/common';
import type { Sql } from '#database';

/** What a higher library keeps of a person beside assets: what they searched for, say. */
export interface PersonTrace {
  /** Unique; named in errors. */
  readonly name: string;
  /** Removes it all, in the running transaction. */
  erase(sql: Sql, accountId: string): Promise<void>;
}

/** Everybody who keeps traces of people; higher libraries register at start. */
@Injectable()
export class PersonTraces {
  private readonly traces = new Map<string, PersonTrace>();

  register(trace: PersonTrace): void {
    this.traces.set(trace.name, trace);
  }

  async erase(sql: Sql, accountId: string): Promise<void> {
    for (const trace of this.traces.values()) await trace.erase(sql, accountId);
  }
}
