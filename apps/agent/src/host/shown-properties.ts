import { type GroupLimits, noLimits, parseCpuList } from '#allocation';
import type { HostService } from './host.ts';

/** Properties of one unit, as `systemctl show` tells them. */
export type ShownUnit = Record<string, string>;

/** Reads what `systemctl show` says of several units. */
export function parseShown(output: string): ShownUnit[] {
  return output
    .trim()
    .split(/\n\n+/)
    .filter((block) => block !== '')
    .map((block) => Object.fromEntries(block.split('\n').map((line) => line.split(/=(.*)/s).slice(0, 2))));
}

/** The CPUs that systemd was told; it writes ranges with blanks between, the kernel with commas. */
export function shownCpus({ AllowedCPUs }: ShownUnit): number[] {
  return parseCpuList((AllowedCPUs ?? '').replaceAll(' ', ','));
}

/** Memory and weights; what is `infinity` or was never set is as nobody limits it. */
export function shownLimits(unit: ShownUnit): GroupLimits {
  const number = (name: string) => (/^\d+$/.test(unit[name] ?? '') ? Number(unit[name]) : null);
  return {
    memoryMin: number('MemoryMin') ?? (unit.MemoryMin === 'infinity' ? Number.MAX_SAFE_INTEGER : noLimits.memoryMin),
    memoryHigh: number('MemoryHigh'),
    memoryMax: number('MemoryMax'),
    cpuWeight: number('CPUWeight') ?? noLimits.cpuWeight,
    ioWeight: number('IOWeight') ?? noLimits.ioWeight,
  };
}

/** A service; its slice is told from its control group, because `Slice=` is what will be after the next start. */
export function shownService({
  Id = '',
  ActiveState = '',
  ControlGroup = '',
  Slice = '',
  NRestarts = '0',
  ExecMainStartTimestamp = '',
}: ShownUnit): HostService {
  const slices = ControlGroup.split('/').filter((part) => part.endsWith('.slice'));
  const slice = ControlGroup === '' ? null : (slices.at(-1) ?? '-.slice');
  const startedAt = ControlGroup === '' ? null : shownInstant(ExecMainStartTimestamp);
  return { unit: Id, state: ActiveState, slice, nextSlice: Slice, restarts: Number(NRestarts) || 0, startedAt };
}

/** An instant as `--timestamp=unix` writes it: @1790000000. */
function shownInstant(text: string): string | null {
  const seconds = /^@(\d{1,12})$/.exec(text)?.[1];
  return seconds === undefined || Number(seconds) === 0 ? null : new Date(Number(seconds) * 1000).toISOString();
}
