import type { workloadClasses } from '#manifest';

export type WorkloadClass = (typeof workloadClasses)[number];

/** The threads that are declared for a workload. */
export interface Budget {
  id: string;
  threads: number;
  class: WorkloadClass;
  /** Whether it gets whole cores only (the default). Otherwise an odd number of threads leaves a sibling idle, in the reserve. */
  wholeCores?: boolean;
  /** false (the default): in one L3 domain wherever that is possible; true: several do no harm; never: rather no plan. */
  mayCrossL3?: boolean | 'never';
  /** Exactly these CPUs. */
  pin?: number[];
  /** Workloads that it should share no L3 domain with. */
  apartFrom?: string[];
  /** The fewest threads it can live with: how far a proposal may go down where not everything fits. */
  minThreads?: number;
}

/** The same budgets in one order, with every default said. */
export function canonicalBudgets(budgets: readonly Budget[]): Required<Omit<Budget, 'pin'> & { pin: number[] | null }>[] {
  return [...budgets]
    .sort((a, b) => (a.id < b.id ? -1 : 1))
    .map(({ id, threads, class: kind, wholeCores = true, mayCrossL3 = false, pin, apartFrom = [], minThreads }) => ({
      id,
      threads,
      class: kind,
      wholeCores,
      mayCrossL3,
      pin: pin ? [...pin].sort((a, b) => a - b) : null,
      apartFrom: [...apartFrom].sort(),
      minThreads: minThreads ?? 1,
    }));
}
export type CanonicalBudget = ReturnType<typeof canonicalBudgets>[number];
