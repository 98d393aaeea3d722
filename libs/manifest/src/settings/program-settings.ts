import type { GpuCardSettings } from '../gpu.schema.ts';
import { type DeclaredBudgets, workloadOf } from './declared.ts';
import { gpuEnvironment } from './gpu-settings.ts';
import { type Derived, following, type Setting, type Share, within } from './setting.ts';

/** What a process of the appliance is started with. */
export interface ProgramFigures {
  workload: string;
  /** UV_THREADPOOL_SIZE: files, hashing, name look-ups. */
  threadPool: number;
  /** OMP_NUM_THREADS, for native libraries that compute with OpenMP. */
  mathThreads: number;
  /** Heap of JavaScript; undefined where no memory is declared. */
  heapMb?: number;
  /** What all its model processes may take together; undefined where no memory is declared. */
  modelMb?: number;
}

/** Shares of a program's memory, as divisors of what it has. */
const portions: Readonly<Record<string, { heap: number; models?: number }>> = {
  // What is left of the api's is for uploads on their way and what searches read.
  api: { heap: 3, models: 3 },
  // The other half of a model worker is for itself and for the programs that read scans and speech.
  ml: { heap: 8, models: 2 },
  video: { heap: 8 },
  monitoring: { heap: 4 },
};
const leastHeapMb = 256;
const largestHeapMb = 4096;
/** Threads of the pool of libuv: most of them wait for disks, so a few more than cores do no harm, and many are of no use. */
const leastPool = 4;
const largestPool = 32;

/** The api and every worker with the share of its workload: workers of one workload share evenly. */
export function derivePrograms(
  shares: ReadonlyMap<string, Share>,
  { workers }: Pick<DeclaredBudgets, 'workers'>,
): Derived<Record<string, ProgramFigures>> {
  const programs = [
    { name: 'api', workload: 'api' },
    ...workers.map((worker) => ({ name: worker.name, workload: workloadOf(worker) })),
  ];
  const found = programs.flatMap(({ name, workload }) => {
    const share = shares.get(workload);
    const beside = programs.filter((program) => program.workload === workload).length;
    return share ? [figuresOf(name, share, beside)] : [];
  });
  return {
    values: Object.fromEntries(found.map(({ name, figures }) => [name, figures])),
    settings: found.flatMap(({ settings }) => settings),
    obstacles: [...shares.values()].flatMap(({ id, maxMb }) => {
      const own = found.map(({ figures }) => figures).filter(({ workload }) => workload === id);
      const needed = own.reduce((sum, { heapMb = 0, modelMb = 0 }) => sum + heapMb + modelMb, 0);
      if (maxMb === undefined || needed <= maxMb) return [];
      const message = `${own.length} programs may need ${needed} MB; ${id} has ${maxMb} MB.`;
      return [{ workload: id, message, needed, available: maxMb }];
    }),
  };
}

function figuresOf(name: string, { id: workload, threads, maxMb }: Share, beside: number) {
  const own = Math.max(1, Math.floor(threads / beside));
  const each = beside > 1 ? ` over ${beside} workers` : '';
  const portion = portions[workload] ?? { heap: 4 };
  const figures: ProgramFigures = { workload, threadPool: within(leastPool, own, largestPool), mathThreads: own };
  const settings: Setting[] = [
    following({
      ...{ program: name, name: 'UV_THREADPOOL_SIZE', unit: 'threads', workload, value: figures.threadPool },
      formula: `${threads} threads${each}, ${leastPool} to ${largestPool}: most of them wait for disks`,
    }),
    following({
      ...{ program: name, name: 'OMP_NUM_THREADS', unit: 'threads', workload, value: own },
      formula: `${threads} threads${each}`,
    }),
  ];
  if (maxMb === undefined) return { name, figures, settings };
  figures.heapMb = within(leastHeapMb, maxMb / portion.heap / beside, largestHeapMb);
  settings.push(
    following({
      ...{ program: name, name: 'max-old-space-size', unit: 'MB', workload, value: figures.heapMb },
      formula: `one part in ${portion.heap} of ${maxMb} MB${each}, ${leastHeapMb} to ${largestHeapMb}`,
    }),
  );
  if (portion.models !== undefined) {
    figures.modelMb = Math.floor(maxMb / portion.models / beside);
    settings.push(
      following({
        ...{ program: name, name: 'memory of its models', unit: 'MB', workload, value: figures.modelMb },
        formula: `one part in ${portion.models} of ${maxMb} MB${each}: the limits of all model processes that run at a time`,
      }),
    );
  }
  return { name, figures, settings };
}

/** The variables that hold a process of the appliance to its budget, also as lines for a unit's EnvironmentFile; none where nothing is declared for it. */
export function programEnvironment(
  { programs, gpu }: { programs: Readonly<Record<string, ProgramFigures>>; gpu: { cards: readonly GpuCardSettings[] } },
  name: string,
): Record<string, string> {
  const figures = programs[name];
  if (!figures) return {};
  return {
    UV_THREADPOOL_SIZE: String(figures.threadPool),
    OMP_NUM_THREADS: String(figures.mathThreads),
    ...(figures.heapMb !== undefined && { NODE_OPTIONS: `--max-old-space-size=${figures.heapMb}` }),
    ...gpuEnvironment(gpu.cards, figures.workload),
  };
}
