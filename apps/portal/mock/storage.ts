import type { MoverRun, Tier, TierFlow, TierForecast, Tiers } from '../src/api/types.ts';
import { randomOf } from './random.ts';

const day = 86_400_000;
export const before = (ms: number) => new Date(Date.now() - ms).toISOString();

/** How the made-up disks are: well, in trouble, or brand new. */
export type StorageMood = 'well' | 'trouble' | 'new';

const healthy = [
  { part: '/dev/nvme0n1', state: 'ok' as const, message: 'Samsung 990 PRO 4TB says that it is well, 41 °C.' },
  { part: 'file system', state: 'ok' as const, message: 'ext4 has found no errors.' },
];
const array = [
  { part: 'md0', state: 'ok' as const, message: 'RAID 10 of 4 disks, all of them at work.' },
  { part: '/dev/sdc', state: 'warning' as const, message: 'ST8000VN004: reallocated sector ct 12.' },
  { part: '/dev/sdd', state: 'unknown' as const, message: 'Not known, because smartctl is not installed.' },
];

function tier(
  name: string,
  totalBytes: number,
  used: number,
  objects: [number, number, number],
  rest: Partial<Tier> = {},
): Tier {
  const [count, originalBytes, renditionBytes] = objects;
  const freeBytes = Math.round(totalBytes * (1 - used));
  return {
    name,
    state: 'ready',
    reason: null,
    totalBytes,
    freeBytes,
    usedPercent: Math.round(used * 1000) / 10,
    totalInodes: 244_000_000,
    freeInodes: 239_000_000,
    lowPercent: 75,
    highPercent: 85,
    criticalPercent: 92,
    minFreeBytes: 10e9,
    residenceHours: 24,
    parallelMoves: 2,
    objects: count,
    objectBytes: originalBytes + renditionBytes,
    originalBytes,
    renditionBytes,
    damagedObjects: 0,
    reservedBytes: 0,
    writtenTodayBytes: 0,
    maxWriteBytesPerDay: null,
    fileSystemType: 'ext4',
    fileSystemUuid: `2f6c1a4e-0b1d-4e57-9a51-${name.padEnd(12, '0').replaceAll(/[^0-9a-f]/g, 'c')}`,
    sharesFileSystemWith: [],
    health: healthy,
    oldestVerifiedAt: before(26 * day),
    ...rest,
  };
}

/** A tier whose disk is not there: nothing of it can be measured, only its rows are known. */
function unmeasured(of: Tier, state: Tier['state'], reason: string): Tier {
  const unknown = { totalBytes: null, freeBytes: null, usedPercent: null, totalInodes: null, freeInodes: null };
  const nowhere = { fileSystemType: null, fileSystemUuid: null, health: [] };
  return { ...of, ...unknown, ...nowhere, state, reason };
}

function tiersOf(mood: StorageMood): Tier[] {
  if (mood === 'new')
    return ['hot', 'warm', 'cold'].map((name) =>
      tier(name, 500e9, 0.31, name === 'hot' ? [14, 240e6, 12e6] : [0, 0, 0], {
        sharesFileSystemWith: ['hot', 'warm', 'cold'].filter((other) => other !== name),
        oldestVerifiedAt: null,
        health: [{ part: 'disk', state: 'unknown', message: 'Not known, because smartctl is not installed.' }],
      }),
    );
  const hot = tier('hot', 4e12, 0.884, [412_804, 2.61e12, 0.62e12], { writtenTodayBytes: 41e9 });
  const warm = tier('warm', 8e12, 0.612, [388_112, 4.52e12, 0.11e12], {
    reservedBytes: 210e9,
    writtenTodayBytes: 1.02e12,
    maxWriteBytesPerDay: 2e12,
  });
  const cold = tier('cold', 32e12, 0.41, [1_204_336, 12.9e12, 0], { health: array, parallelMoves: 1 });
  if (mood === 'well') return [hot, warm, cold];
  return [
    { ...hot, usedPercent: 93.4, freeBytes: 264e9, totalInodes: 244_000_000, freeInodes: 9_800_000 },
    unmeasured(warm, 'missing', '/srv/holdfast/warm carries no marker; its disk is probably not mounted.'),
    {
      ...cold,
      damagedObjects: 2,
      state: 'read-only',
      reason: '/srv/holdfast/cold cannot be written; the system may have found errors on its disk.',
    },
  ];
}

/** Tiers and what the mover is about. */
export function tiersNow(mood: StorageMood, lastRun: MoverRun | null): Tiers {
  const window = new Date();
  window.setHours(25, 0, 0, 0);
  return {
    items: tiersOf(mood),
    mover: {
      enabled: mood !== 'new',
      window: { from: '01:00', to: '06:00' },
      nextWindowAt: window.toISOString(),
      lastRun,
      activeMoves: mood === 'well' ? 2 : 0,
      strayFiles: mood === 'trouble' ? 37 : 0,
    },
  };
}

/** Hot fills slowly, warm shrinks or grows, cold has room for years. */
export function forecastsOf(mood: StorageMood): TierForecast[] {
  const known = { state: 'known' as const, samples: 820, spanDays: 34.2 };
  const message = 'Reckoned from 34.2 days: nine of ten times the truth lies within the range.';
  const none = { growthBytesPerDay: null, daysToHigh: null, daysToFull: null };
  const few = 'Not enough history: 5 hourly samples over 0.2 days; 12 over a day are needed.';
  return ['hot', 'warm', 'cold'].map((name, place): TierForecast => {
    if (mood === 'new') return { tier: name, state: 'not-enough-history', message: few, samples: 5, spanDays: 0.2, ...none };
    if (mood === 'trouble' && place === 1)
      return {
        tier: name,
        state: 'not-enough-history',
        message: 'The tier cannot be measured.',
        samples: 820,
        spanDays: 34.2,
        ...none,
      };
    const growth = [11e9, 38e9, 6e9][place] ?? 0;
    const range = (middle: number) => ({ soonest: middle * 0.68, likely: middle, latest: place === 2 ? null : middle * 1.6 });
    return {
      tier: name,
      ...known,
      message,
      growthBytesPerDay: { soonest: growth * 1.47, likely: growth, latest: growth * (place === 2 ? -0.2 : 0.62) },
      daysToHigh: place === 0 ? { soonest: 0, likely: 0, latest: 0 } : range([0, 50, 2350][place] ?? 0),
      daysToFull: range([42, 82, 3150][place] ?? 0),
    };
  });
}

/** Thirty days of moves: much goes down, little comes back. */
export function flowsOf(mood: StorageMood): TierFlow[] {
  if (mood === 'new') return [];
  const pairs: [from: string, to: string, usual: number][] = [
    ['hot', 'warm', 62e9],
    ['warm', 'cold', 31e9],
    ['cold', 'hot', 2.4e9],
  ];
  return pairs.flatMap(([from, to, usual], pair) => {
    const random = randomOf(pair + 31);
    return Array.from({ length: 30 }, (_, back) => {
      const quiet = back % 7 > 4 && pair < 2;
      const bytes = Math.round(quiet ? random() * usual * 0.1 : usual * (0.5 + random()));
      return { day: before(back * day).slice(0, 10), from, to, moves: Math.round(bytes / 6.4e6), bytes };
    }).filter(({ moves }) => moves > 0);
  });
}

const bands = [0, 24, 168, 720, 2160, 8760].map((fromHours, index, edges) => {
  const toHours = edges[index + 1] ?? null;
  const words = ['24 hours', '7 days', '30 days', '90 days', '365 days'];
  return { label: toHours === null ? 'over 365 days' : `up to ${words[index]}`, fromHours, toHours };
});

/** Bytes by age and tier: what is young lies on the fast disk. */
export function agesOf(mood: StorageMood) {
  const table =
    mood === 'new'
      ? [[252e6], [], []]
      : [
          [0.41e12, 0.9e12, 1.3e12, 0.4e12, 0.18e12, 0.04e12],
          [0, 0.11e12, 1.4e12, 2.2e12, 0.82e12, 0.1e12],
          [0, 0, 0.12e12, 1.9e12, 4.6e12, 6.28e12],
        ];
  return {
    bands,
    items: ['hot', 'warm', 'cold'].flatMap((name, place) =>
      (table[place] ?? []).flatMap((bytes, band) =>
        bytes > 0 ? [{ tier: name, band, objects: Math.ceil(bytes / 8.2e6), bytes }] : [],
      ),
    ),
  };
}
