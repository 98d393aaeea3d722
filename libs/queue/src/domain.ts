/** Milliseconds before the next try after `attempt` failures: 1 s, 4 s, 16 s … at most 10 minutes, with a fifth of jitter. */
export function backOffMs(attempt: number, random: () => number = Math.random): number {
  const base = Math.min(1000 * 4 ** (attempt - 1), 600_000);
  return Math.round(base * (0.9 + 0.2 * random()));
}
