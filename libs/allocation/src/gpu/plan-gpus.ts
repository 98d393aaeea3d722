import { type GpuCardSettings, gpuEnvironment } from '#manifest';
import { encoderSessionLimit, type GpuCard } from './gpu-card.ts';
import { gpuPlanId } from './gpu-plan-id.ts';

/** Why shares of cards cannot be given. */
export const gpuObstacleCodes = [
  'GPU_CARD_MISSING',
  'GPU_WORKLOAD_UNKNOWN',
  'GPU_CEILINGS_EXCEED',
  'GPU_MEMORY_SHORT',
  'GPU_ENCODER_SESSIONS_SHORT',
  'GPU_CLIENTS_EXCEED',
  'GPU_MIG_ENABLED',
] as const;

export interface GpuObstacle {
  code: (typeof gpuObstacleCodes)[number];
  /** The card as the manifest names it. */
  card: string;
  message: string;
  needed: number;
  available: number;
}

/** What programs of each workload are told, and what is to be known about it. */
export interface GpuPlan {
  planId: string;
  environment: Record<string, Record<string, string>>;
  warnings: string[];
}

/** Clients that an MPS server of Volta and later takes (CUDA MPS documentation, "Limitations"); cards of other kinds take fewer. */
const mostClients = 48;

/**
 * Checks that shares fit onto the cards that are there, and says what programs are told. Ceilings are no reservations: they may add up to more than 100 when the manifest says so.
 * Either a plan or all that does not fit.
 */
export function planGpus(
  declared: readonly GpuCardSettings[],
  cards: readonly GpuCard[],
  workloads: readonly string[],
): { plan: GpuPlan; obstacles: [] } | { plan: null; obstacles: GpuObstacle[] } {
  const matched = declared.map((settings) => ({ settings, card: findCard(settings, cards) }));
  const obstacles = [
    ...matched.flatMap(({ settings, card }) => obstaclesOf(settings, card, workloads)),
    ...consumerObstacles(matched),
  ];
  if (obstacles.length > 0) return { plan: null, obstacles };
  const named = [...new Set(declared.flatMap(({ shares }) => shares.map(({ workload }) => workload)))].sort();
  const environment = Object.fromEntries(named.map((workload) => [workload, gpuEnvironment(declared, workload)]));
  const uuids = matched.map(({ card }) => card?.uuid ?? '');
  return {
    plan: { planId: gpuPlanId(declared, uuids), environment, warnings: [...warningsOf(declared), ...unknownMemory(matched)] },
    obstacles: [],
  };
}

/** The card that settings are for. */
export function findCard({ card }: Pick<GpuCardSettings, 'card'>, cards: readonly GpuCard[]): GpuCard | undefined {
  return cards.find(({ index, uuid }) => card === index || card === uuid);
}

function obstaclesOf(settings: GpuCardSettings, card: GpuCard | undefined, workloads: readonly string[]): GpuObstacle[] {
  const { shares, reserveMb, ceilingsMayExceed, mps } = settings;
  const name = String(settings.card);
  const sum = (part: 'ceilingPercent' | 'memoryMb' | 'encoderSessions' | 'processes') =>
    shares.reduce((total, share) => total + share[part], 0);
  const obstacles: GpuObstacle[] = [];
  const report = (code: GpuObstacle['code'], message: string, needed: number, available: number) =>
    obstacles.push({ code, card: name, message, needed, available });
  for (const { workload } of shares)
    if (!workloads.includes(workload))
      report('GPU_WORKLOAD_UNKNOWN', `Card ${name} has a share for ${workload}, which is no declared workload.`, 1, 0);
  const percent = sum('ceilingPercent');
  if (percent > 100 && !ceilingsMayExceed)
    report(
      'GPU_CEILINGS_EXCEED',
      `The ceilings on card ${name} add up to ${percent} %; say ceilingsMayExceed: true where that is meant.`,
      percent,
      100,
    );
  const clients = sum('processes');
  if (mps && clients > mostClients)
    report(
      'GPU_CLIENTS_EXCEED',
      `${clients} processes would share card ${name}; an MPS server takes ${mostClients}.`,
      clients,
      mostClients,
    );
  // A card that nobody has a share of need not be there.
  if (!card && shares.length === 0) return obstacles;
  if (!card) {
    report('GPU_CARD_MISSING', `There is no card ${name} in this machine.`, 1, 0);
    return obstacles;
  }
  if (card.mig)
    report('GPU_MIG_ENABLED', `Card ${name} (${card.name}) is cut into instances (MIG); shares are of whole cards.`, 1, 0);
  const available = (card.memoryMb ?? Number.POSITIVE_INFINITY) - reserveMb;
  const needed = sum('memoryMb');
  if (needed > available)
    report(
      'GPU_MEMORY_SHORT',
      `Shares of card ${name} add up to ${needed} MB; it has ${card.memoryMb} MB, of which ${reserveMb} MB stay free.`,
      needed,
      available,
    );
  const sessions = sum('encoderSessions');
  const limit = settings.encoderSessions ?? encoderSessionLimit(card);
  if (limit !== null && sessions > limit)
    report(
      'GPU_ENCODER_SESSIONS_SHORT',
      `Shares of card ${name} encode ${sessions} films at a time; ${card.name} with driver ${card.driver} takes ${limit}.`,
      sessions,
      limit,
    );
  return obstacles;
}

/** The driver counts the films of all GeForce cards of a machine together. */
function consumerObstacles(matched: readonly { settings: GpuCardSettings; card: GpuCard | undefined }[]): GpuObstacle[] {
  const limited = matched.flatMap(({ settings, card }) => {
    const limit = card && settings.encoderSessions === null ? encoderSessionLimit(card) : null;
    return limit === null || limit === 0 ? [] : [{ settings, limit }];
  });
  const needed = limited.reduce(
    (total, { settings }) => total + settings.shares.reduce((sum, share) => sum + share.encoderSessions, 0),
    0,
  );
  const available = Math.min(...limited.map(({ limit }) => limit));
  if (limited.length < 2 || needed <= available) return [];
  const card = limited.map(({ settings }) => String(settings.card)).join(', ');
  const message = `Cards ${card} together encode ${needed} films at a time; the driver takes ${available} on all GeForce cards of a machine.`;
  return [{ code: 'GPU_ENCODER_SESSIONS_SHORT', card, message, needed, available }];
}

function unknownMemory(matched: readonly { settings: GpuCardSettings; card: GpuCard | undefined }[]): string[] {
  return matched
    .filter(({ card }) => card?.memoryMb === null)
    .map(({ settings }) => `How much memory card ${settings.card} has cannot be asked here: whether shares fit is not known.`);
}

function warningsOf(declared: readonly GpuCardSettings[]): string[] {
  const isShared = declared.some(({ mps, shares }) => mps && shares.length > 1);
  const isFree = declared.filter(({ mps, shares }) => !mps && shares.length > 0).map(({ card }) => String(card));
  return [
    ...(isShared
      ? ['Programs that share a card through MPS share its faults: what one of them does wrong may end all of them.']
      : []),
    ...(isShared ? ['Percentages are ceilings, not reservations: who idles leaves the card to others.'] : []),
    ...isFree.map((card) => `Card ${card} is shared without MPS: ceilings and memory limits hold nobody back there.`),
  ];
}
