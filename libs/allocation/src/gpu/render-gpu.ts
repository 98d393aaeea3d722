import { type GpuCardSettings, gpuEnvironment } from '#manifest';
import type { UnitFile } from '../render/unit-files.ts';
import { mpsUnit, renderMps } from './render-mps.ts';

/** Our units that may compute, by the workload whose slice they run in. */
const programs: Readonly<Record<string, readonly string[]>> = {
  api: ['holdfast-api.service'],
  ml: ['holdfast-worker@inference.service'],
  monitoring: ['holdfast-worker@general.service', 'holdfast-worker@storage.service'],
  video: ['holdfast-worker@media.service'],
};
const dropIn = '50-holdfast.conf';

/** What shares of cards are in force by, as systemd reads it. */
export interface HeldGpu {
  planId: string;
  cards: readonly GpuCardSettings[];
}

/**
 * The unit of the MPS server, and drop-ins that tell our programs their shares; who has none is told that there is no card. Nothing where nobody has a
 * share. Whoever shares a card through MPS starts the server with itself. Sorted by path.
 */
export function renderGpu({ cards, planId }: HeldGpu): UnitFile[] {
  if (!cards.some(({ shares }) => shares.length > 0)) return [];
  const dropIns = Object.entries(programs).flatMap(([workload, units]) =>
    units.map((unit) => ({ path: `${unit}.d/${dropIn}`, text: dropInText(cards, workload, planId) })),
  );
  return [...dropIns, ...renderMps(cards, planId)].sort((one, other) => (one.path < other.path ? -1 : 1));
}

function dropInText(cards: readonly GpuCardSettings[], workload: string, planId: string): string {
  const isClient = cards.some(({ mps, shares }) => mps && shares.some((share) => share.workload === workload));
  const variables = Object.entries(gpuEnvironment(cards, workload)).map(([name, value]) => `Environment=${name}=${value}`);
  const lines = [
    `# Written by Holdfast, plan ${planId}. Change config/appliance.yaml instead.`,
    ...(isClient ? ['[Unit]', `Wants=${mpsUnit}`, `After=${mpsUnit}`, ''] : []),
    ...['[Service]', ...variables],
  ];
  return `${lines.join('\n')}\n`;
}

/** Units that are told something else by the files after than by those before; they take it when they start. */
export function unitsToldAnew(before: readonly UnitFile[], after: readonly UnitFile[]): string[] {
  const [old, fresh] = [wordsOf(before), wordsOf(after)];
  const units = [...new Set([...old.keys(), ...fresh.keys()])].sort();
  return units.filter((unit) => old.get(unit) !== fresh.get(unit));
}

/** What files say to each unit, whatever plan they come from. */
function wordsOf(files: readonly UnitFile[]): Map<string, string> {
  return new Map(files.map(({ path, text }) => [path.replace(/\.d\/.*$/, ''), text.replace(/^# .*\n/, '')]));
}
