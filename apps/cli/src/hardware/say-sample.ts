import type { BoxSample } from '#monitoring';
import { formatBytes, formatTable } from '../format.ts';
import type { Terminal } from '../terminal.ts';

const percent = (value: number | null | undefined) => (value === null || value === undefined ? '–' : `${value.toFixed(1)} %`);
const rate = (value: number | null) => (value === null ? '–' : `${formatBytes(value)}/s`);
const size = (value: number | null) => (value === null ? '–' : formatBytes(value));

function headlines(sample: BoxSample): string[] {
  const busy = sample.cpus.flatMap((cpu) => cpu.busy ?? []);
  const mean = busy.length > 0 ? busy.reduce((sum, one) => sum + one, 0) / busy.length : null;
  const { memory, pressure } = sample;
  const hottest = sample.temperatures.toSorted((one, other) => other.celsius - one.celsius)[0];
  return [
    `CPUs ${percent(mean)} of ${sample.cpus.length}   memory ${formatBytes(memory.totalBytes - memory.availableBytes)} of ${formatBytes(memory.totalBytes)}`,
    `waits for CPUs ${percent(pressure.cpu?.some10)}, memory ${percent(pressure.memory?.some10)}, disks ${percent(pressure.io?.some10)}`,
    [
      ...(hottest ? [`hottest ${Math.round(hottest.celsius)} °C (${hottest.chip})`] : []),
      ...(sample.powerWatts === null ? [] : [`${sample.powerWatts} W`]),
      ...sample.gpus.map(
        (gpu) => `${gpu.name}: ${percent(gpu.busyPercent)}, ${size(gpu.memoryUsedBytes)} of ${size(gpu.memoryBytes)}`,
      ),
    ].join('   '),
  ].filter((line) => line !== '');
}

function tables({ source, slices, tiers }: BoxSample): string[][][] {
  const rows = slices.toSorted((one, other) => (other.cpuPercent ?? 0) - (one.cpuPercent ?? 0));
  return [
    [
      [source === 'slice' ? 'slice' : 'service', 'cpu', 'memory', 'reads', 'writes', 'waits', 'tasks'],
      ...rows.map((slice) => [
        slice.id,
        percent(slice.cpuPercent),
        size(slice.memoryBytes),
        rate(slice.ioReadBytesPerSecond),
        rate(slice.ioWriteBytesPerSecond),
        percent(slice.waitingPercent),
        slice.tasks === null ? '–' : String(slice.tasks),
      ]),
    ],
    [
      ['tier', 'free', 'reads', 'writes', 'busy'],
      ...tiers.map((tier) => [
        tier.name,
        size(tier.freeBytes),
        rate(tier.readBytesPerSecond),
        rate(tier.writeBytesPerSecond),
        percent(tier.busyPercent),
      ]),
    ],
  ];
}

/** A sample of the box as lines: what the machine does, then slices by their load, then tiers. */
export function sampleLines(sample: BoxSample, terminal: Terminal): string[] {
  const [slices = [], tiers = []] = tables(sample).map((rows) => formatTable(rows).map((line) => line.trimEnd()));
  const titled = ([head = '', ...rest]: string[]) => [terminal.style('dim', head), ...rest];
  return [...headlines(sample), '', ...(sample.slices.length > 0 ? [...titled(slices), ''] : []), ...titled(tiers)];
}
