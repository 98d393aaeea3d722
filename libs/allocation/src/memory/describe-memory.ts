import {
  type ChangedSetting,
  deriveWith,
  type Setting,
  type SettingObstacle,
  type SettledManifest,
  type WorkloadSettings,
} from '#manifest';
import { memoryObstacle, unguaranteedMb } from '../domain/memory-plan.ts';
import {
  type MemoryPaths,
  memoryPaths,
  readMachineMemory,
  readSliceMemory,
  type SliceMemory,
} from './memory-reader.adapter.ts';
import { figuresNow, type RunningFigures } from './running-figures.ts';

/** The memory of a workload: what is declared, and what it takes where it has a slice. */
export interface WorkloadMemory {
  id: string;
  class: WorkloadSettings['class'];
  minMb: number | null;
  highMb: number | null;
  maxMb: number | null;
  currentMb: number | null;
  events: SliceMemory['events'] | null;
}

/** The memory of the machine as it is shared out. */
export interface MemoryDescription {
  machine: { totalMb: number | null; availableMb: number | null; unguaranteedMb: number };
  workloads: WorkloadMemory[];
  /** What programs have: as they say themselves where they can, otherwise as they were told when they were started. */
  settings: Setting[];
  /** What they will be told other than that when they start again: their budgets have changed since. */
  fromNextStart: ChangedSetting[];
  /** What does not fit, into a workload's budget or into the machine. */
  obstacles: SettingObstacle[];
  /** Why nothing is known of what workloads take now. */
  liveProblem: string | null;
}

/** Puts together what is declared, what follows, what is measured, and what servers say that they run with. */
export function describeMemory(
  declared: SettledManifest,
  paths: MemoryPaths = memoryPaths,
  running: RunningFigures = {},
): MemoryDescription {
  const machine = readMachineMemory(paths);
  const next = deriveWith(declared, declared.workloads);
  const sharers = declared.workloads.filter((workload) => workload.class !== 'reserve');
  const workloads = sharers.map(({ id, class: kind, memory }): WorkloadMemory => {
    const live = readSliceMemory(paths, id);
    return {
      ...{ id, class: kind, minMb: memory?.minMb ?? null, highMb: memory?.highMb ?? null, maxMb: memory?.maxMb ?? null },
      currentMb: live?.currentMb ?? null,
      events: live?.events ?? null,
    };
  });
  const isLive = workloads.some(({ currentMb }) => currentMb !== null);
  return {
    machine: { totalMb: machine?.totalMb ?? null, availableMb: machine?.availableMb ?? null, unguaranteedMb },
    workloads,
    ...figuresNow(declared.settings, next.settings, running),
    obstacles: [...next.obstacles, ...machineObstacles(sharers, machine?.totalMb)],
    liveProblem: workloads.length === 0 || isLive ? null : 'No slices of the plan are in force on this machine.',
  };
}

/** Guarantees that reach into what must stay free. */
function machineObstacles(workloads: readonly WorkloadSettings[], totalMb: number | undefined): SettingObstacle[] {
  // Where nobody is guaranteed anything a small machine needs no rest.
  const guaranteed = workloads.flatMap(({ id, memory }) => (memory && memory.minMb > 0 ? [{ id, ...memory }] : []));
  const obstacle = totalMb === undefined ? undefined : memoryObstacle(guaranteed, totalMb);
  if (!obstacle || guaranteed.length === 0) return [];
  const message = `The guarantees add up to ${obstacle.needed} MB; the machine has ${totalMb} MB, of which ${unguaranteedMb} MB stay free of them.`;
  return [{ workload: null, message, ...obstacle }];
}
