import { randomUUID } from 'node:crypto';
import {
  type AgentVerb,
  agentVerbs,
  type GenerationStatus,
  protocolVersion,
  type ReplyOf,
  type RequestOf,
} from '#agent-protocol';
import type { VirtualMachine } from './machine/virtual-machine.ts';

/** What the agent refused or failed at. */
export class AgentRefusal extends Error {
  readonly code: string;

  constructor(code: string, message: string) {
    super(`${code}: ${message}`);
    this.code = code;
  }
}

type Answer = { ok: true; body: unknown } | { ok: false; error: { code: string; message: string } };

/** Has the box's own root hand a message to the host agent, and answers what it says. Throws AgentRefusal. */
export async function askAgent<Verb extends AgentVerb>(
  machine: VirtualMachine,
  verb: Verb,
  body: RequestOf<Verb>,
): Promise<ReplyOf<Verb>> {
  const message = JSON.stringify({ version: protocolVersion, verb, claimedActor: 'box tests', body });
  // As patient as the agent of the box is (guest/install.sh).
  const seconds = agentVerbs[verb].deadlineSeconds * 20;
  const answer = JSON.parse(await machine.tell(`box-agent <<'END'\n${message}\nEND`, seconds)) as Answer;
  if (!answer.ok) throw new AgentRefusal(answer.error.code, answer.error.message);
  return answer.body as ReplyOf<Verb>;
}

/** Asks until it is as wanted, or too late. */
export async function waitForAgent(
  machine: VirtualMachine,
  seconds: number,
  isThere: (status: ReplyOf<'status'>) => boolean,
): Promise<ReplyOf<'status'>> {
  const endMs = Date.now() + seconds * 1000;
  let last: unknown = 'no answer';
  while (Date.now() < endMs) {
    const status = await askAgent(machine, 'status', {}).catch((error: Error) => {
      last = error.message;
    });
    if (status && isThere(status)) return status;
    if (status) last = JSON.stringify(status);
    await machine.run('sleep 2', 60);
  }
  throw new Error(`not within ${seconds} s; the agent says: ${last}`);
}

/** Has the agent apply a plan. */
export function apply(
  machine: VirtualMachine,
  plan: Pick<RequestOf<'cores.apply'>, 'planId' | 'topologyHash' | 'assignments' | 'budgets'>,
  rest: { baseGeneration: number; deadManSeconds?: number },
): Promise<GenerationStatus> {
  const { planId, topologyHash, assignments, budgets } = plan;
  return askAgent(machine, 'cores.apply', {
    planId,
    topologyHash,
    assignments,
    budgets,
    ...rest,
    idempotencyKey: randomUUID(),
  });
}
