import { z } from 'zod';
import { defineRoute, defineSocketEvent } from '#kernel';
import { driftKinds } from '../domain/reconciler.ts';

const domain = z.object({ domain: z.string().max(40).describe('cores, memory, …') });
const generation = z.number().int().nonnegative().describe("The host's own number; 0: nothing was ever put in force.");
const values = z
  .record(z.string().max(80), z.number().int())
  .refine((all) => Object.keys(all).length <= 500, 'at most 500 values')
  .describe('Declared numbers that are to be others, such as {"video.threads": 8}; memoryMaxMb 0: no limits of memory.');
const changeId = z.uuid();

export const domainStates = [
  'in-step',
  'drifted',
  'undeclared',
  'waiting',
  'rolling-back',
  'unavailable',
] as const satisfies string[];
const state = z
  .enum(domainStates)
  .describe(
    'undeclared: nothing is in force; waiting: a change waits for its confirmation; unavailable: the host cannot be asked.',
  );

const change = z.object({
  subject: z.string(),
  what: z.string().describe('threads, cpus, memoryHighMb, …'),
  from: z.string().nullable(),
  to: z.string().nullable(),
  restartNeeded: z.boolean().describe('Whether it is in force only once a service has started anew.'),
});

const pending = z.object({
  changeId,
  generation: generation.nullable(),
  planId: z.string(),
  deadline: z.iso.datetime().nullable().describe('When it goes back by itself; null while it is being put in force.'),
  secondsLeft: z.number().nonnegative().nullable().describe('Until then, from this answer on; clocks of browsers differ.'),
  by: z.string().describe('Who asked for it, by name.'),
  startedAt: z.iso.datetime(),
  changes: z.array(change),
});

const summary = z.object({
  domain: z.string(),
  title: z.string(),
  state,
  hostControl: z.object({ available: z.boolean(), reason: z.string().nullable() }),
  generation: generation.nullable(),
  planId: z.string().nullable(),
  driftCount: z.number().int(),
  checkedAt: z.iso.datetime().nullable().describe('When the host was last held against what is in force.'),
  notApplied: z.number().int().nullable().describe('What the manifest declares and the host does not have yet; null: no plan.'),
  pending: pending.nullable(),
});

const drift = z.object({
  kind: z.enum(driftKinds),
  subject: z.string(),
  expected: z.string(),
  seen: z.string(),
  since: z.iso.datetime(),
  cause: z.string(),
  remedy: z.string(),
  healing: z.enum(['self', 'asks']),
  tries: z.number().int(),
});

export const listReconcileDomains = defineRoute({
  id: 'listReconcileDomains',
  method: 'GET',
  path: '/reconcile',
  access: 'box.read',
  summary: 'The domains of the host that are declared, and how each stands',
  answer: z.object({ domains: z.array(summary) }),
});

export const getReconcileDomain = defineRoute({
  id: 'getReconcileDomain',
  method: 'GET',
  path: '/reconcile/:domain',
  access: 'box.read',
  summary: 'One domain: what has drifted, and what waits for its confirmation',
  params: domain,
  answer: summary.extend({ drift: z.array(drift) }),
});

export const planReconcile = defineRoute({
  id: 'planReconcile',
  method: 'POST',
  path: '/reconcile/:domain/plan',
  access: 'box.read',
  summary: 'What would change with other values, or with none: what is declared; changes nothing',
  params: domain,
  body: z.strictObject({ values: values.default({}) }),
  status: 200,
  answer: z.discriminatedUnion('feasible', [
    z.object({
      feasible: z.literal(true),
      planId: z.string(),
      baseGeneration: generation,
      changes: z.array(change),
      reasons: z.record(z.string(), z.array(z.string())),
      restarts: z.array(z.string()).describe('Services that must start anew for some of it.'),
    }),
    z.object({
      feasible: z.literal(false),
      code: z.string(),
      message: z.string(),
      needed: z.number().nullable(),
      available: z.number().nullable(),
      nearestFeasible: values.nullable().describe('Values that would fit.'),
    }),
  ]),
});

export const applyReconcile = defineRoute({
  id: 'applyReconcile',
  method: 'POST',
  path: '/reconcile/:domain/apply',
  access: 'box.change',
  summary: 'Puts a plan in force; it goes back by itself unless it is confirmed in time',
  params: domain,
  body: z.strictObject({
    planId: z.string().max(64).describe('As it was planned; another by now is an error.'),
    baseGeneration: generation,
    values: values.default({}),
    confirmSeconds: z.number().int().min(5).max(600).default(60),
    reason: z.string().trim().max(200).optional().describe('Why; it is kept with the generation of the manifest.'),
  }),
  answer: pending,
});

const outcome = z.object({
  state: z.enum(['committed', 'rolled-back', 'waiting']),
  pending: pending.nullable(),
});

export const confirmReconcile = defineRoute({
  id: 'confirmReconcile',
  method: 'POST',
  path: '/reconcile/:domain/confirm',
  access: 'box.change',
  summary: 'Keeps what waits, and declares it in the manifest',
  params: domain,
  body: z.strictObject({ changeId }),
  status: 200,
  answer: outcome,
});

export const rollBackReconcile = defineRoute({
  id: 'rollBackReconcile',
  method: 'POST',
  path: '/reconcile/:domain/rollback',
  access: 'box.change',
  summary: 'Takes back what waits, or goes back to a former generation as a new change that waits',
  params: domain,
  body: z.union([
    z.strictObject({ changeId }),
    z.strictObject({ generation: generation.min(1), confirmSeconds: z.number().int().min(5).max(600).default(60) }),
  ]),
  status: 200,
  answer: outcome,
});

export const healReconcile = defineRoute({
  id: 'healReconcile',
  method: 'POST',
  path: '/reconcile/:domain/heal',
  access: 'box.change',
  summary: 'Puts right now what needs no decision',
  params: domain,
  body: z.strictObject({ kind: z.enum(driftKinds).optional(), subject: z.string().max(400).optional() }),
  status: 200,
  answer: z.object({ healed: z.number().int(), drift: z.array(drift) }),
});

export const listReconcileHistory = defineRoute({
  id: 'listReconcileHistory',
  method: 'GET',
  path: '/reconcile/:domain/history',
  access: 'box.read',
  summary: 'What was changed, by whom, and what became of it; newest first',
  params: domain,
  query: z.object({ cursor: z.uuid().optional(), limit: z.coerce.number().int().min(1).max(200).default(50) }),
  answer: z.object({
    generations: z.array(
      z.object({
        changeId,
        domain: z.string(),
        generation: generation.nullable().describe('null: the host never began it.'),
        planId: z.string(),
        at: z.iso.datetime(),
        by: z.string().describe('Who asked for it, by name.'),
        outcome: z.enum(['committed', 'rolled-back', 'waiting', 'failed']),
        reason: z.string().nullable().describe('Why it went back or failed, or why it was made.'),
        manifestGeneration: z.number().int().nullable(),
        changes: z.array(change),
      }),
    ),
    nextCursor: z.string().nullable(),
  }),
});

export const diffReconcileGenerations = defineRoute({
  id: 'diffReconcileGenerations',
  method: 'GET',
  path: '/reconcile/:domain/history/:generation/diff',
  access: 'box.read',
  summary: 'How the files of a generation differ from those of another, or of the one before it',
  params: domain.extend({ generation: z.coerce.number().int().positive() }),
  query: z.object({ against: z.coerce.number().int().positive().optional() }),
  answer: z.object({
    against: z.number().int().nullable().describe('null: there was none before it.'),
    lines: z.array(z.object({ file: z.string(), kind: z.enum([' ', '+', '-']), text: z.string() })),
    changes: z.array(change),
  }),
});

/** How a domain stands is another than before. */
export const reconcileChanged = defineSocketEvent({
  name: 'reconcile.changed',
  permission: 'box.read',
  payload: z.object({ domain: z.string(), state }),
});
