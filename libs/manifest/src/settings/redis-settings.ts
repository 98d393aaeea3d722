import { chosen, type Derived, type Share } from './setting.ts';

/** Redis copies pages that are written while it rewrites its log; a fifth of its memory stays free for that. */
const usable = 0.8;

/** What Redis may hold. */
export function deriveRedis(share: Share | undefined, maxMemoryMb: number | null): Derived<{ maxMemoryMb: number }> {
  const { maxMb = 0 } = share ?? {};
  const workload = share?.id ?? 'redis';
  const most = Math.floor(maxMb * usable);
  const setting = chosen(maxMemoryMb, () => Math.max(1, most), {
    ...{ program: 'redis', name: 'maxmemory', unit: 'MB', workload, key: 'redis.maxMemoryMb' },
    formula: `four fifths of ${maxMb} MB: the rest is for pages copied while the log is rewritten`,
  });
  const { value } = setting;
  const tooMuch = share?.maxMb !== undefined && value > most;
  const message = `Redis may hold ${value} MB and needs a quarter more while it rewrites its log; ${workload} has ${maxMb} MB.`;
  return {
    values: { maxMemoryMb: value },
    settings: [setting],
    obstacles: tooMuch ? [{ workload, message, needed: Math.ceil(value / usable), available: maxMb }] : [],
  };
}
