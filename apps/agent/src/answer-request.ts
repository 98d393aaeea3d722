import { type AgentReply, type AgentVerb, agentError, agentVerbs, protocolVersion, requestSchema } from '#agent-protocol';
import { asHoldfastError, type Clock } from '#kernel';
import type { Asked, CoreChanges } from './cores/core-changes.ts';
import type { DriftWatch } from './drift/drift-watch.ts';
import type { Journal } from './journal/journal.adapter.ts';
import { journalPage } from './journal/journal-page.ts';
import { type Peer, requirePeer } from './peer.ts';
import type { ServiceLogs } from './services/service-logs.ts';
import type { ServiceRestarts } from './services/service-restarts.ts';

/** All that can be asked for something. */
export interface Agent {
  cores: CoreChanges;
  drift: DriftWatch;
  services: ServiceRestarts;
  logs: ServiceLogs;
  journal: Journal;
}

type Act = (agent: Agent, body: never, asked: Asked) => unknown;

/** What each verb does; one that is declared and not here does not compile. */
const acts: Record<AgentVerb, Act> = {
  status: ({ cores }) => cores.status(),
  'cores.read': ({ cores }) => cores.read(),
  'cores.find': ({ cores }, { idempotencyKey }: { idempotencyKey: string }) => cores.find(idempotencyKey),
  'cores.apply': ({ cores }, body, asked) => cores.apply(body, asked),
  'cores.confirm': ({ cores }, { generation }: { generation: number }, asked) => cores.confirm(generation, asked),
  'cores.rollback': ({ cores }, { generation }: { generation: number }, asked) => cores.rollback(generation, asked),
  'cores.observe': ({ drift }) => drift.observe(),
  'cores.heal': ({ drift }, body, asked) => drift.heal(body, asked),
  'services.restart': ({ services }, body, asked) => services.restart(body, asked),
  'services.logs': ({ logs }, body, asked) => logs.read(body, asked),
  'journal.read': ({ journal }, body) => journalPage(journal, body),
};

/** What an answer needs beside the message. */
export interface Answering {
  agent: Agent;
  clock: Clock;
  patience: number;
  peer(): Promise<Peer | null>;
  say(line: string): void;
}

/** Answers one message; never throws. What is not of our making is said in the log and not to the caller. */
export async function answerRequest(message: unknown, answering: Answering): Promise<AgentReply> {
  try {
    return { version: protocolVersion, ok: true, body: await perform(message, answering) };
  } catch (thrown) {
    const { code, kind, message: text, action, fault } = asHoldfastError(thrown);
    if (fault === 'ours') answering.say(`${code}: ${text}\n${(thrown as Error).stack}`);
    if (code === 'AGENT_PEER_REFUSED') answering.say(text);
    return refusal({ code, kind, message: fault === 'ours' ? 'The agent failed; its log says at what.' : text, action });
  }
}

/** The answer that says no. */
export function refusal(error: { code: string; kind: string; message: string; action?: string }): AgentReply {
  const { code, kind, message, action } = error;
  return { version: protocolVersion, ok: false, error: { code, kind, message: message.slice(0, 8_000), action } };
}

async function perform(message: unknown, { agent, clock, patience, peer: whoAsks }: Answering): Promise<unknown> {
  const request = requestSchema.safeParse(message);
  if (!request.success)
    throw agentError('AGENT_PROTOCOL', `This is no request of protocol ${protocolVersion}: ${issuesOf(request.error)}`);
  const { verb, claimedActor } = request.data;
  const declared = agentVerbs[verb];
  const body = declared.request.safeParse(request.data.body);
  if (!body.success) throw agentError('AGENT_REQUEST_INVALID', `${verb} cannot be asked like this: ${issuesOf(body.error)}`);
  const peer = declared.class === 'change' ? await whoAsks() : null;
  if (declared.class === 'change') requirePeer(peer, process.getuid?.() ?? 0);
  const until = clock.monotonicMs() + declared.deadlineSeconds * patience * 1000;
  const answer = await acts[verb](agent, body.data as never, { claimedActor, peer, until });
  return declared.reply.parse(answer);
}

function issuesOf({ issues }: { issues: readonly { path: PropertyKey[]; message: string }[] }): string {
  return issues
    .slice(0, 5)
    .map(({ path, message }) => `${path.map(String).join('.').slice(0, 80)}: ${message.slice(0, 200)}`)
    .join('; ');
}
