/** What a workload is guaranteed, slowed down above, and ended above. */
export interface MemoryBudget {
  id: string;
  minMb: number;
  highMb: number;
  maxMb: number;
}

/** Memory that guarantees never reach into: for the kernel, the page cache and whoever nobody thought of. */
export const unguaranteedMb = 8192;

/** Why guarantees do not fit into a machine; undefined where they do. The sum of all `minMb` must leave 8 GB. */
export function memoryObstacle(
  budgets: readonly MemoryBudget[],
  machineMb: number,
): { needed: number; available: number } | undefined {
  const needed = budgets.reduce((sum, { minMb }) => sum + minMb, 0);
  const available = machineMb - unguaranteedMb;
  return needed > available ? { needed, available } : undefined;
}
