import type { GpuCardSettings } from '#manifest';
import type { GpuCard, GpuReading } from './gpu-card.ts';
import { findCard, type GpuObstacle, type GpuPlan, planGpus } from './plan-gpus.ts';

/** The cards of the machine as they are shared out. */
export interface GpuDescription extends GpuReading {
  declared: (Omit<GpuCardSettings, 'card'> & { card: string; cardIndex: number | null })[];
  plan: GpuPlan | null;
  obstacles: GpuObstacle[];
}

/** Puts together the cards that are there, what is declared, and the plan for it; no plan where nothing is declared. */
export function describeGpus(
  reading: GpuReading,
  { gpu, workloads }: { gpu: { cards: readonly GpuCardSettings[] }; workloads: readonly { id: string }[] },
): GpuDescription {
  const { cards, problem } = reading;
  const ids = workloads.map(({ id }) => id);
  const planned = gpu.cards.length > 0 ? planGpus(gpu.cards, cards, ids) : { plan: null, obstacles: [] };
  return { cards, problem, declared: gpu.cards.map((settings) => named(settings, cards)), ...planned };
}

function named(settings: GpuCardSettings, cards: readonly GpuCard[]): GpuDescription['declared'][number] {
  return { ...settings, card: String(settings.card), cardIndex: findCard(settings, cards)?.index ?? null };
}
