import type { Memory, MemoryShare, ProgramSetting } from '../src/api/types.ts';
import { referenceWorkloads } from './cores.ts';

/** Guarantee, high and max of the reference box, what each takes and how much that swings; in MB. */
const shares: Record<string, [number, number, number, number, number]> = {
  os: [2048, 6144, 8192, 1400, 100],
  postgresql: [16_384, 22_528, 24_576, 19_300, 400],
  redis: [8192, 9216, 10_240, 3100, 40],
  api: [4096, 10_240, 12_288, 2700, 300],
  ml: [12_288, 22_528, 24_576, 21_900, 700],
  video: [4096, 28_672, 32_768, 16_500, 6000],
  monitoring: [1024, 3072, 4096, 900, 60],
};

/** Limits of the reference box as values of a change. */
export const memoryValues: Record<string, number> = Object.fromEntries(
  Object.entries(shares).flatMap(([id, [min, high, max]]) => [
    [`${id}.memoryMinMb`, min],
    [`${id}.memoryHighMb`, high],
    [`${id}.memoryMaxMb`, max],
  ]),
);

const settings: ProgramSetting[] = [
  setting(
    'PostgreSQL',
    'shared_buffers',
    5632,
    'MB',
    'postgresql',
    'A quarter of the 22 528 MB of postgresql.',
    'postgres.sharedBuffersMb',
  ),
  setting(
    'PostgreSQL',
    'work_mem',
    16_384,
    'kB',
    'postgresql',
    'What is left of 22 528 MB, over 120 connections with two sorts each.',
    null,
  ),
  setting('PostgreSQL', 'max_parallel_workers', 4, 'workers', 'postgresql', 'As many as postgresql has threads.', null),
  setting('Redis', 'maxmemory', 8294, 'MB', 'redis', 'Nine tenths of the 9216 MB of redis.', 'redis.maxMemoryMb'),
  setting('ONNX Runtime', 'intra-op threads', 4, 'threads', 'ml', 'As many as ml has threads.', 'inference.threads'),
  setting('ffmpeg', '-threads', 3, 'threads', 'video', '6 threads of video, over 2 films at a time.', null),
];

function setting(
  program: string,
  name: string,
  value: number,
  unit: ProgramSetting['unit'],
  workload: string,
  formula: string,
  key: string | null,
): ProgramSetting {
  return { program, name, value, unit, workload, formula, key, source: 'derived' };
}

/** The memory of the made-up machine this second; without workloads, or without slices to look into. */
export function memoryNow(values: Record<string, number>, mood: string): Memory {
  const seconds = Math.floor(Date.now() / 3000);
  const isLive = mood !== 'blind';
  const workloads = referenceWorkloads.map(({ id, class: kind }, place): MemoryShare => {
    const [min, high, max, mean, swing] = shares[id] ?? [];
    const taken = mean === undefined ? null : Math.round(mean + (swing ?? 0) * Math.sin(seconds / 5 + place));
    return {
      ...{ id, class: kind },
      ...(values[`${id}.memoryMaxMb`] === 0
        ? { minMb: null, highMb: null, maxMb: null }
        : {
            minMb: values[`${id}.memoryMinMb`] ?? min ?? null,
            highMb: values[`${id}.memoryHighMb`] ?? high ?? null,
            maxMb: values[`${id}.memoryMaxMb`] ?? max ?? null,
          }),
      currentMb: isLive ? taken : null,
      events: isLive && taken !== null ? { high: id === 'ml' ? 212 : 0, max: 0, oomKill: id === 'video' ? 1 : 0 } : null,
    };
  });
  return {
    machine: { totalMb: 128_000, availableMb: 41_000, unguaranteedMb: 8192 },
    workloads: mood === 'none' ? [] : workloads,
    liveProblem: isLive ? null : 'Slices exist only on an installed box.',
    settings: mood === 'none' ? [] : settings,
    fromNextStart: [],
    obstacles: [],
  };
}
