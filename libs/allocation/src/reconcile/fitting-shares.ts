import type { GpuCardSettings, GpuShareSettings } from '#manifest';
import type { Values } from '#reconcile';
import { encoderSessionLimit, type GpuCard } from '../gpu/gpu-card.ts';
import { findCard, planGpus } from '../gpu/plan-gpus.ts';
import { shareValuesOf } from './share-values.ts';

/** Shares cut evenly, so that they fit onto their cards, as the values that become others; null where that does not help. */
export function fittingShares(
  wished: readonly GpuCardSettings[],
  cards: readonly GpuCard[],
  ids: readonly string[],
): Values | null {
  const cut = wished.map((settings) => ({ ...settings, shares: cutShares(settings, findCard(settings, cards)) }));
  if (!planGpus(cut, cards, ids).plan) return null;
  const asked = shareValuesOf(wished, ids);
  const values = Object.entries(shareValuesOf(cut, ids)).filter(([name, value]) => asked[name] !== value);
  return values.length > 0 ? Object.fromEntries(values) : null;
}

function cutShares(settings: GpuCardSettings, card: GpuCard | undefined): GpuShareSettings[] {
  if (!card) return settings.shares;
  const { shares, reserveMb, ceilingsMayExceed, encoderSessions } = settings;
  const cut = (part: 'ceilingPercent' | 'memoryMb' | 'encoderSessions', most: number, least: number) => {
    const sum = shares.reduce((total, share) => total + share[part], 0);
    return (share: GpuShareSettings) =>
      sum <= most ? share[part] : Math.max(least, Math.floor((share[part] * Math.max(0, most)) / sum));
  };
  const percent = cut('ceilingPercent', ceilingsMayExceed ? Number.POSITIVE_INFINITY : 100, 1);
  const memory = cut('memoryMb', (card.memoryMb ?? Number.POSITIVE_INFINITY) - reserveMb, 1);
  const films = cut('encoderSessions', encoderSessions ?? encoderSessionLimit(card) ?? Number.POSITIVE_INFINITY, 0);
  return shares.map((share) => ({
    ...share,
    ceilingPercent: percent(share),
    memoryMb: memory(share),
    encoderSessions: films(share),
  }));
}
