import { AgentClient, type AgentVerb, agentVerbs, type Observation, type ReplyOf, type RequestOf } from '#agent-protocol';
import type { JournalEntry, JournalSource } from '#reconcile';
import type { MachinePaths } from '../machine-paths.ts';

/** The domains of one host look one after the other. */
const lookLastsMs = 2_000;

/** The way to the host agent: verbs on behalf of people, and its own journal. */
export class AgentLink implements JournalSource {
  readonly name = 'agent';
  private readonly paths: MachinePaths;
  private looked: { atMs: number; seen: Promise<Observation> } | undefined;

  constructor(paths: MachinePaths) {
    this.paths = paths;
  }

  /** What the agent sees of drift; for whoever asks within two seconds it looks once. Throws HOST_CONTROL_UNAVAILABLE. */
  observe(): Promise<Observation> {
    const now = performance.now();
    if (this.looked && now - this.looked.atMs < lookLastsMs) return this.looked.seen;
    const seen = this.call('api', 'cores.observe', {});
    this.looked = { atMs: now, seen };
    seen.catch(() => {
      this.looked = undefined;
    });
    return seen;
  }

  /** Throws HOST_CONTROL_UNAVAILABLE, and what the agent refuses. */
  call<Verb extends AgentVerb>(by: string, verb: Verb, body: RequestOf<Verb>): Promise<ReplyOf<Verb>> {
    if (agentVerbs[verb].class === 'change') this.looked = undefined;
    // The protocol takes few letters for whom it cannot believe anyway.
    const claimedActor = by.replace(/[^\w@.:+ -]/g, '').slice(0, 128) || 'somebody';
    return new AgentClient(claimedActor, this.paths.agentSocket).call(verb, body);
  }

  async read(after: number, limit: number): Promise<JournalEntry[]> {
    return (await this.call('api', 'journal.read', { after, limit })).entries;
  }
}
