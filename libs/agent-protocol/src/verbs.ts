import { z } from 'zod';
import {
  agentStatus,
  applyRequest,
  coreGroups,
  deadManSeconds,
  findRequest,
  foundChange,
  generationRequest,
  generationStatus,
} from './cores.schema.ts';
import { healReply, healRequest, observation } from './drift.schema.ts';
import { journalPage, journalRequest } from './journal.schema.ts';
import { logsReply, logsRequest } from './service-logs.schema.ts';
import { restartReply, restartRequest } from './services.schema.ts';

/** What a verb may do to the machine. */
export type VerbClass = 'read' | 'change';

/** A verb with all that its callers and reviewers need to know of it. */
export interface VerbDeclaration<Request extends z.ZodType = z.ZodType, Reply extends z.ZodType = z.ZodType> {
  summary: string;
  class: VerbClass;
  request: Request;
  reply: Reply;
  /** What must hold, or it is refused and nothing happens. */
  precondition: string;
  /** How asking twice is told from asking for two things; null where it makes no difference. */
  idempotency: string | null;
  /** It is answered by then, one way or the other. */
  deadlineSeconds: number;
  /** The verb that takes it back; null where there is nothing to take back. */
  undo: string | null;
  /** When it goes back by itself; null where it does not. */
  deadMan: { least: number; most: number; usual: number } | null;
}

function verb<Request extends z.ZodType, Reply extends z.ZodType>(
  declaration: VerbDeclaration<Request, Reply>,
): VerbDeclaration<Request, Reply> {
  return declaration;
}

const nothing = z.strictObject({});
const unchanging = { class: 'read', precondition: 'none', idempotency: null, undo: null, deadMan: null } as const;

/** All that can be asked of the agent. No verb takes a path, the name of a unit, or a command. */
export const agentVerbs = {
  status: verb({
    ...unchanging,
    summary: 'Which generation is in force, what waits for a confirmation, and where the journal stands.',
    request: nothing,
    reply: agentStatus,
    deadlineSeconds: 5,
  }),
  'cores.read': verb({
    ...unchanging,
    summary: 'Which CPUs the groups of the inventory have, by systemd and by the kernel.',
    request: nothing,
    reply: coreGroups,
    deadlineSeconds: 15,
  }),
  'cores.find': verb({
    ...unchanging,
    summary: 'What became of a change, for a caller that died before it was answered.',
    request: findRequest,
    reply: foundChange,
    deadlineSeconds: 5,
  }),
  'cores.apply': verb({
    summary:
      'Gives workloads their CPUs, memory and shares of graphics cards: first old and new CPUs, then new alone. It goes back unless it is confirmed.',
    class: 'change',
    request: applyRequest,
    reply: generationStatus,
    precondition:
      'baseGeneration is in force, nothing waits for a confirmation, topologyHash is that of the machine, and assignments are of workloads of the inventory: disjoint, online, as many CPUs as the budgets say, memory and cards that the machine has',
    idempotency: 'idempotencyKey',
    deadlineSeconds: 120,
    undo: 'cores.rollback',
    deadMan: deadManSeconds,
  }),
  'cores.confirm': verb({
    summary: 'Keeps an applied generation for good.',
    class: 'change',
    request: generationRequest,
    reply: generationStatus,
    precondition: 'the generation waits for its confirmation or has it, and the kernel still gives what was planned',
    idempotency: 'generation',
    deadlineSeconds: 30,
    undo: null,
    deadMan: null,
  }),
  'cores.rollback': verb({
    summary: 'Goes back to the generation before, by explicit values.',
    class: 'change',
    request: generationRequest,
    reply: generationStatus,
    precondition: 'the generation is not confirmed',
    idempotency: 'generation',
    deadlineSeconds: 120,
    undo: null,
    deadMan: null,
  }),
  'cores.observe': verb({
    ...unchanging,
    summary: 'How the machine departs from the generation in force, each departure with its cause and remedy.',
    request: nothing,
    reply: observation,
    deadlineSeconds: 60,
  }),
  'cores.heal': verb({
    summary: 'Puts right what may be put right without asking (P, K, I), to the values of the generation in force.',
    class: 'change',
    request: healRequest,
    reply: healReply,
    precondition: 'a generation is in force and none waits; of each departure at most 3 tries in a row',
    idempotency: null,
    deadlineSeconds: 60,
    undo: null,
    deadMan: null,
  }),
  'services.restart': verb({
    summary: 'Restarts a service of the list, which brings it into the slice of the plan.',
    class: 'change',
    request: restartRequest,
    reply: restartReply,
    precondition: 'the service is installed, and no other restart is under way',
    idempotency: 'idempotencyKey',
    deadlineSeconds: 120,
    undo: null,
    deadMan: null,
  }),
  'services.logs': verb({
    ...unchanging,
    summary: 'What a service of the list has written into the journal of the machine.',
    request: logsRequest,
    reply: logsReply,
    deadlineSeconds: 20,
  }),
  'journal.read': verb({
    ...unchanging,
    summary: 'What the agent has written down, for the mirror of it in the audit.',
    request: journalRequest,
    reply: journalPage,
    deadlineSeconds: 15,
  }),
};
export type AgentVerb = keyof typeof agentVerbs;
/** The body of a verb's request, as a caller writes it. */
export type RequestOf<Verb extends AgentVerb> = z.input<(typeof agentVerbs)[Verb]['request']>;
/** The body of a verb's answer. */
export type ReplyOf<Verb extends AgentVerb> = z.output<(typeof agentVerbs)[Verb]['reply']>;
