import type { GpuCardSettings } from '../gpu.schema.ts';

/** Where the clients of the MPS server find it: holdfast-mps.service makes the folder. */
export const mpsFolder = '/run/holdfast-mps';

/**
 * The variables that hold the programs of a workload to their shares of cards (CUDA programming guide and MPS documentation). A workload without a share sees no card at all; where no
 * card is declared, nothing is said. The ceiling is one figure for all cards of a process: the lowest.
 */
export function gpuEnvironment(cards: readonly GpuCardSettings[], workload: string): Record<string, string> {
  if (cards.length === 0) return {};
  const own = cards.flatMap((card) => {
    const share = card.shares.find((one) => one.workload === workload);
    return share ? [{ card, share }] : [];
  });
  const visible = own.map(({ card }) => String(card.card)).join(',');
  // By their place on the bus, as nvidia-smi counts; CUDA alone counts from the fastest.
  const places = { CUDA_DEVICE_ORDER: 'PCI_BUS_ID', CUDA_VISIBLE_DEVICES: visible };
  const shared = own.filter(({ card }) => card.mps);
  if (shared.length === 0) return places;
  // Cards are counted as the process sees them.
  const limits = own.flatMap(({ card, share }, index) =>
    card.mps ? [`${index}=${Math.floor(share.memoryMb / share.processes)}M`] : [],
  );
  return {
    ...places,
    CUDA_MPS_PIPE_DIRECTORY: mpsFolder,
    CUDA_MPS_ACTIVE_THREAD_PERCENTAGE: String(Math.min(...shared.map(({ share }) => share.ceilingPercent))),
    CUDA_MPS_PINNED_DEVICE_MEM_LIMIT: limits.join(','),
  };
}
