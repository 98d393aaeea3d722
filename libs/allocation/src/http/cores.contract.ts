import { z } from 'zod';
import { defineRoute } from '#kernel';
import { profiles, workloadClasses } from '#manifest';
import { infeasibleCodes } from '../domain/core-plan.ts';
import { scoreParts } from '../domain/score.ts';
import { coreKinds } from '../domain/topology.ts';

const cpus = z.array(z.number().int()).describe('CPUs as the kernel numbers them, ascending.');
const threads = z.number().int().nonnegative().max(4096).describe('Hardware threads.');

const topology = z.object({
  domains: z.array(
    z.object({
      id: z.number().int().describe('Its lowest CPU.'),
      bytes: z.number().describe('Size of the cache that its cores share; 0 where the system does not say.'),
      node: z.number().int().describe('NUMA node.'),
    }),
  ),
  cores: z.array(
    z.object({
      id: z.number().int().describe('Its lowest CPU.'),
      cpus,
      domain: z.number().int(),
      node: z.number().int(),
      kind: z.enum(coreKinds),
    }),
  ),
  isolated: cpus.describe('CPUs that the kernel was told at boot to leave alone.'),
  offline: cpus,
});

const workload = z.object({
  id: z.string(),
  class: z.enum(workloadClasses),
  threads,
  minThreads: threads.nullable(),
  wholeCores: z.boolean(),
  mayCrossL3: z.enum(['yes', 'rather not', 'never']),
  pin: cpus.nullable(),
  apartFrom: z.array(z.string()),
});

const plan = z.object({
  planId: z.string(),
  assignments: z.record(z.string(), cpus),
  score: z.record(z.enum(scoreParts), z.number()).describe('What is wrong with it, the worst first; less is better.'),
  optimal: z.boolean().describe('Whether no better plan exists.'),
  reasons: z.record(z.string(), z.array(z.string())),
  changes: z
    .array(z.object({ id: z.string(), gained: cpus, lost: cpus }))
    .describe('Workloads that get other CPUs than before; all of them where there was no plan.'),
});

const obstacle = z.object({
  code: z.enum(infeasibleCodes),
  budgetId: z.string().nullable().describe('The budget that is to blame; null where it is all of them together.'),
  message: z.string(),
  needed: z.number().int(),
  available: z.number().int(),
  nearestFeasible: z.record(z.string(), threads).nullable().describe('Threads of each budget that would fit.'),
});

const load = z.object({
  at: z.iso.datetime(),
  seconds: z.number().describe('Over how long it was measured.'),
  cpus: z.array(z.object({ cpu: z.number().int(), percent: z.number().nullable().describe('null: not seen twice yet.') })),
});

const effect = z.object({ part: z.enum(scoreParts), before: z.number(), after: z.number() });

export const getCores = defineRoute({
  id: 'getCores',
  method: 'GET',
  path: '/cores',
  access: 'box.read',
  summary: 'The CPUs of the machine, who is to run on which, why, and how busy each is',
  answer: z.object({
    profile: z.enum(profiles),
    topology,
    workloads: z.array(workload).describe('As the manifest declares them; none: everybody runs everywhere.'),
    plan: plan.nullable(),
    obstacle: obstacle.nullable().describe('Why there is no plan for what is declared, and what would fit.'),
    load: load.nullable(),
    loadProblem: z.string().nullable().describe('Why the load is not known.'),
    hostControl: z.object({
      available: z.boolean().describe('Whether a plan can be put in force from here.'),
      reason: z.string().nullable().describe('Why not.'),
    }),
    trials: z
      .array(z.object({ profile: z.enum(profiles), workloads: z.array(workload) }))
      .describe('What profiles declare, to try here.'),
  }),
});

export const getCoreLoad = defineRoute({
  id: 'getCoreLoad',
  method: 'GET',
  path: '/cores/load',
  access: 'box.read',
  summary: 'How busy each CPU is; measured at most once a second, however many ask',
  answer: load,
});

export const tryCoreBudgets = defineRoute({
  id: 'tryCoreBudgets',
  method: 'POST',
  path: '/cores/what-if',
  access: 'box.read',
  summary: 'Who would move and what would get better or worse with other budgets; changes nothing',
  body: z.strictObject({
    profile: z.enum(profiles).optional().describe("Begin with this profile's workloads, not with the declared ones."),
    threads: z.record(z.string().max(31), threads).describe('Threads of the workloads whose budget is another.'),
  }),
  status: 200,
  answer: z.object({
    threads: z.record(z.string(), threads).describe('All budgets as tried: what is added comes out of the reserve.'),
    before: plan.nullable(),
    after: plan.nullable(),
    obstacle: obstacle.nullable().describe('Why these budgets have no plan, and what would fit.'),
    better: z.array(effect),
    worse: z.array(effect),
  }),
});
