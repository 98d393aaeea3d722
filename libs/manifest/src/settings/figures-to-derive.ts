import type { DeclaredBudgets } from './declared.ts';

/** A figure that the manifest leaves null although nothing is declared that it could follow from. */
interface UnfoundedFigure {
  path: string[];
  workload: string;
  what: 'memory' | 'threads';
}

/** The figures that nothing bounds: neither the manifest itself nor the budget of a workload. */
export function figuresToDerive({ workloads, postgres, redis, inference, parsers }: DeclaredBudgets): UnfoundedFigure[] {
  const share = (id: string) => workloads.find((workload) => workload.id === id);
  const figures: [number | null, string, UnfoundedFigure['what'], string, string][] = [
    [postgres.sharedBuffersMb, 'postgresql', 'memory', 'postgres', 'sharedBuffersMb'],
    [postgres.maintenanceWorkMemMb, 'postgresql', 'memory', 'postgres', 'maintenanceWorkMemMb'],
    [redis.maxMemoryMb, 'redis', 'memory', 'redis', 'maxMemoryMb'],
    [parsers.memoryMb, 'video', 'memory', 'parsers', 'memoryMb'],
    [inference.threads, 'ml', 'threads', 'inference', 'threads'],
  ];
  return figures.flatMap(([figure, workload, what, ...path]) => {
    const isFounded = what === 'memory' ? share(workload)?.memory : share(workload)?.threads;
    return figure === null && !isFounded ? [{ path, workload, what }] : [];
  });
}
