import type { DeclaredGpu, Gpu, GpuCard } from '../src/api/types.ts';

/** The declared shares, by the names of values. */
export const shareValues: Record<string, number> = {
  ...{ 'ml.gpuPercent': 80, 'ml.gpuMemoryMb': 18_000, 'ml.gpuProcesses': 4, 'ml.encoderSessions': 0 },
  ...{ 'video.gpuPercent': 40, 'video.gpuMemoryMb': 4096, 'video.gpuProcesses': 6, 'video.encoderSessions': 6 },
};

const sharesOf = (values: Record<string, number>): DeclaredGpu['shares'] =>
  ['ml', 'video'].map((workload) => ({
    workload,
    ceilingPercent: values[`${workload}.gpuPercent`] ?? 0,
    memoryMb: values[`${workload}.gpuMemoryMb`] ?? 0,
    processes: values[`${workload}.gpuProcesses`] ?? 1,
    encoderSessions: values[`${workload}.encoderSessions`] ?? 0,
  }));
const declaredWith = (values: Record<string, number>): DeclaredGpu => ({
  ...{ card: '0', cardIndex: 0, reserveMb: 1024, mps: true, ceilingsMayExceed: true, encoderSessions: 8 },
  shares: sharesOf(values),
});

function cardNow(): GpuCard {
  const seconds = Date.now() / 1000;
  return {
    ...{ index: 0, uuid: 'GPU-9f1c3a52-77d0-4b1e-8f3b-0d7a5f1c2e44', name: 'NVIDIA GeForce RTX 4090', driver: '550.163.01' },
    ...{ memoryMb: 24_564, usedMb: Math.round(15_200 + 900 * Math.sin(seconds / 9)), mig: null },
    ...{ utilisationPercent: Math.round(64 + 20 * Math.sin(seconds / 4)), encoderPercent: 31, encoderSessions: 2 },
    ...{ temperatureCelsius: 61, powerWatts: 287, powerLimitWatts: 450 },
  };
}

/** The made-up card: `none` has none, `missing` declares one that is not there, `bare` has one of which nobody has a share, `short` shares out too much. */
export function gpuNow(values: Record<string, number>, mood: string): Gpu {
  const declared = declaredWith(values);
  const bare: Gpu = { cards: [cardNow()], problem: null, declared: [], plan: null, obstacles: [] };
  if (mood === 'none')
    return { ...bare, cards: [], problem: 'There is no nvidia-smi, the program that comes with the driver.' };
  if (mood === 'bare') return bare;
  if (mood === 'missing')
    return {
      ...{ cards: [], problem: 'NVIDIA-SMI has failed because it could not communicate with the NVIDIA driver.', plan: null },
      declared: [{ ...declared, cardIndex: null }],
      obstacles: [{ code: 'GPU_CARD_MISSING', card: '0', message: 'Card 0 is not in this machine.', needed: 1, available: 0 }],
    };
  if (mood === 'short')
    return {
      ...bare,
      declared: [{ ...declared, shares: declared.shares.map((share) => ({ ...share, memoryMb: 18_000 })) }],
      obstacles: [
        {
          ...{ code: 'GPU_MEMORY_SHORT', card: '0', needed: 36_000, available: 23_540 },
          message: 'The shares of card 0 add up to 36000 MB; 23540 MB are left of it after the reserve.',
        },
      ],
    };
  return {
    ...bare,
    declared: [declared],
    plan: {
      planId: '77ab01',
      environment: {
        ml: { CUDA_MPS_ACTIVE_THREAD_PERCENTAGE: `${values['ml.gpuPercent']}`, CUDA_MPS_PINNED_DEVICE_MEM_LIMIT: '0=4500M' },
        video: { CUDA_MPS_ACTIVE_THREAD_PERCENTAGE: '40', CUDA_MPS_PINNED_DEVICE_MEM_LIMIT: '0=682M' },
      },
      warnings: ['Programs that share a card through MPS share its faults: what one of them does wrong may end all of them.'],
    },
  };
}
