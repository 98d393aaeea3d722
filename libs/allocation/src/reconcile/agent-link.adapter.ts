import { AgentClient, type AgentVerb, type ReplyOf, type RequestOf } from '#agent-protocol';
import type { JournalEntry, JournalSource } from '#reconcile';
import type { MachinePaths } from '../machine-paths.ts';

/** The way to the host agent: verbs on behalf of people, and its own journal. */
export class AgentLink implements JournalSource {
  readonly name = 'agent';
  private readonly paths: MachinePaths;

  constructor(paths: MachinePaths) {
    this.paths = paths;
  }

  /** Throws HOST_CONTROL_UNAVAILABLE, and what the agent refuses. */
  call<Verb extends AgentVerb>(by: string, verb: Verb, body: RequestOf<Verb>): Promise<ReplyOf<Verb>> {
    // The protocol takes few letters for whom it cannot believe anyway.
    const claimedActor = by.replace(/[^\w@.:+ -]/g, '').slice(0, 128) || 'somebody';
    return new AgentClient(claimedActor, this.paths.agentSocket).call(verb, body);
  }

  async read(after: number, limit: number): Promise<JournalEntry[]> {
    return (await this.call('api', 'journal.read', { after, limit })).entries;
  }
}
