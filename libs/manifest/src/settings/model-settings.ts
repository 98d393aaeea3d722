import type { DeclaredBudgets } from './declared.ts';
import { chosen, type Derived, type Share } from './setting.ts';

/** Threads of the processes that run models, within the budget of `ml`: those of a worker take turns, so each may have all that the worker has. */
export function deriveModels(
  share: Share | undefined,
  { workers, inference }: Pick<DeclaredBudgets, 'workers' | 'inference'>,
): Derived<{ threads: number }> {
  const count = Math.max(1, workers.filter(({ roles }) => roles.includes('inference')).length);
  const workload = share?.id ?? 'ml';
  const available = share?.threads ?? 0;
  const setting = chosen(inference.threads, () => Math.max(1, Math.floor(available / count)), {
    ...{ program: 'onnxruntime', name: 'intraOpNumThreads', unit: 'threads', workload, key: 'inference.threads' },
    formula: `${available} threads${count > 1 ? ` over ${count} workers` : ''}`,
  });
  const needed = setting.value * count;
  const message = `Models run with ${needed} threads at a time; ${workload} has ${available}.`;
  return {
    values: { threads: setting.value },
    settings: [setting],
    obstacles: share && needed > available ? [{ workload, message, needed, available }] : [],
  };
}
