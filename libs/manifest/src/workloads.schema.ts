import { z } from 'zod';

/** What matters to a workload. */
export const workloadClasses = ['system', 'latency', 'throughput', 'noisy', 'background', 'reserve'] as const;

const id = z.string().regex(/^[a-z][a-z0-9-]{0,30}$/, 'a name of small letters, digits and hyphens');
const cpu = z.number().int().min(0).max(8191);

const weight = z.number().int().min(1).max(10_000);

const memory = z
  .strictObject({
    minMb: z.number().int().nonnegative().describe('Never taken from it, whoever else is short (MemoryMin).'),
    highMb: z.number().int().positive().describe('Above this it is slowed down and gives memory back (MemoryHigh).'),
    maxMb: z.number().int().positive().describe('Above this something of it is ended (MemoryMax).'),
  })
  .refine(({ minMb, highMb, maxMb }) => minMb <= highMb && highMb <= maxMb, 'minMb ≤ highMb ≤ maxMb must hold');

const workload = z.strictObject({
  id: id.describe('How it is called; its slice is named after it.'),
  class: z
    .enum(workloadClasses)
    .describe(
      'system: the operating system; latency: somebody waits for it; throughput: much work, nobody waits; noisy: disturbs whoever shares its cache; background: may wait; reserve: kept free.',
    ),
  threads: z.number().int().nonnegative().max(4096).describe('Hardware threads; two make a core where SMT is on.'),
  wholeCores: z.boolean().optional().describe('Whether it gets whole cores only (the default).'),
  mayCrossL3: z
    .union([z.boolean(), z.literal('never')])
    .optional()
    .describe('false (the default): in one L3 domain wherever possible; true: several do no harm; never: rather no plan.'),
  pin: z.array(cpu).min(1).optional().describe('Exactly these CPUs.'),
  apartFrom: z.array(id).optional().describe('Workloads that it should share no L3 domain with.'),
  minThreads: z
    .number()
    .int()
    .nonnegative()
    .optional()
    .describe('How few it can live with: how far a proposal may go down where not everything fits.'),
  memory: memory.optional().describe('Its share of the memory; none: it takes what it gets.'),
  cpuWeight: weight.optional().describe('Its share of CPUs that others may use, too; 100 is usual.'),
  ioWeight: weight.optional().describe('Its share of the disks; 100 is usual.'),
});

/** The shape of `workloads` in the manifest: who shares the machine's cores. None: everybody runs everywhere. */
export const workloadsSchema = z.array(workload).superRefine((workloads, context) => {
  const report = (index: number, key: string, message: string) =>
    context.addIssue({ code: 'custom', path: [index, key], message });
  const ids = workloads.map((one) => one.id);
  const ofClass = (kind: string) => workloads.filter((one) => one.class === kind).length;
  for (const [index, { id: own, class: kind, threads, apartFrom = [], minThreads = 0 }] of workloads.entries()) {
    if (ids.indexOf(own) !== index) report(index, 'id', `"${own}" is declared twice`);
    if ((kind === 'system' || kind === 'reserve') && ofClass(kind) > 1)
      report(index, 'class', `only one workload can be of the class ${kind}`);
    if (kind !== 'reserve' && threads === 0) report(index, 'threads', 'needs at least one');
    if (minThreads > threads) report(index, 'minThreads', `is more than its ${threads} threads`);
    for (const other of apartFrom)
      if (!ids.includes(other) || other === own) report(index, 'apartFrom', `"${other}" is no other workload`);
  }
  if (workloads.length > 0 && ofClass('system') === 0)
    context.addIssue({
      code: 'custom',
      message: 'one workload must be of the class system: the operating system needs a core',
    });
});
export type WorkloadSettings = z.output<typeof workload>;
