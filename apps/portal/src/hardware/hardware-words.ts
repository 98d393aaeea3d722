import type { BoxSample, Hardware } from '../api/hardware-queries.ts';
import { formatBytes, formatCounted, formatSpan } from '../lib/format.ts';
import type { Figure } from '../reading/figures.tsx';

/** Words with a space between them, without those that are not known; a dash where none is. */
export function joined(...parts: (string | number | false | null | undefined)[]): string {
  return parts.filter((part) => part !== null && part !== undefined && part !== false && part !== '').join(' ') || '–';
}

/** A rate in bytes a second, a dash where it is not known. */
export function formatRate(bytesPerSecond: number | null): string {
  return bytesPerSecond === null ? '–' : `${formatBytes(bytesPerSecond)}/s`;
}

/** A share in percent as it is shown beside others. */
export function formatPercent(percent: number | null | undefined): string {
  return percent === null || percent === undefined ? '–' : `${percent < 9.95 ? percent.toFixed(1) : Math.round(percent)} %`;
}

/** CPUs that are busy: 3.2 of them is what 320 % means. */
export function formatCpus(percent: number | null): string {
  return percent === null ? '–' : (percent / 100).toFixed(2);
}

/** How long a disk has run. */
export function formatHours(hours: number | null): string {
  return hours === null ? '–' : formatSpan(hours * 3_600_000);
}

/** Above this something waits noticeably (10 s average of "some"). */
const noticeable = 10;

/** What the box does this second. */
export function nowFigures(sample: BoxSample): Figure[] {
  const known = sample.cpus.flatMap(({ busy }) => busy ?? []);
  const busy = known.length > 0 ? known.reduce((sum, one) => sum + one, 0) / known.length : null;
  const { memory, pressure, temperatures } = sample;
  const used = memory.totalBytes - memory.availableBytes;
  const hottest = temperatures.toSorted((one, other) => other.celsius - one.celsius)[0];
  const isHot = hottest?.criticalCelsius && hottest.celsius > hottest.criticalCelsius - 10;
  return [
    { label: 'Processor', value: formatPercent(busy), note: `of ${formatCounted(sample.cpus.length, 'thread')}` },
    { label: 'Memory', value: formatBytes(used), note: `of ${formatBytes(memory.totalBytes)}` },
    ...(['cpu', 'memory', 'io'] as const).map((resource): Figure => {
      const found = pressure[resource];
      const label = `Waits for ${{ cpu: 'CPUs', memory: 'memory', io: 'disks' }[resource]}`;
      if (!found) return { label, value: '–', note: 'the kernel does not measure it' };
      const tone = found.some10 > noticeable ? { tone: 'warn' as const } : {};
      return { label, value: formatPercent(found.some10), note: 'of the last ten seconds', ...tone };
    }),
    hottest
      ? {
          label: 'Hottest',
          value: `${Math.round(hottest.celsius)} °C`,
          note: `${hottest.chip}, ${hottest.label}`,
          ...(isHot ? { tone: 'bad' as const } : {}),
        }
      : { label: 'Hottest', value: '–', note: 'no sensors' },
    sample.powerWatts === null
      ? { label: 'Power', value: '–', note: 'not told here' }
      : { label: 'Power', value: `${Math.round(sample.powerWatts)} W`, note: 'of the processor' },
  ];
}

/** The machine in a list of terms and what is known of each. */
export function machineFacts({ machine, firmware, system }: Hardware): [string, string][] {
  const secure = firmware.secureBoot === null ? null : firmware.secureBoot ? 'Secure Boot on' : 'Secure Boot off';
  return [
    ['Made by', joined(machine.manufacturer)],
    ['Model', joined(machine.model, machine.version, machine.virtualBy && `(virtual, by ${machine.virtualBy})`)],
    ['Serial number', machine.serial ?? '–'],
    ['Board', machine.board ?? '–'],
    ['Firmware', joined(firmware.vendor, firmware.version, firmware.date, firmware.kind, secure && `· ${secure}`)],
    ['System', joined(system.name, '· Linux', system.kernel, system.architecture)],
    ['Host', system.host],
  ];
}

/** The processor in the same manner. */
export function cpuFacts({ cpu, firmware }: Hardware): [string, string][] {
  const caches = cpu.caches.filter(({ kind }) => kind !== 'Instruction').map(({ level, size }) => `L${level} ${size}`);
  return [
    ['Model', cpu.model ?? '–'],
    [
      'Cores',
      `${formatCounted(cpu.cores, 'core')}, ${formatCounted(cpu.threads, 'thread')} in ${formatCounted(cpu.sockets, 'socket')}`,
    ],
    ['Caches of a core', caches.join(', ') || '–'],
    ['NUMA nodes', String(cpu.nodes)],
    [
      'Speed',
      joined(cpu.maxMhz !== null && `up to ${(cpu.maxMhz / 1000).toFixed(2)} GHz`, cpu.governor && `· ${cpu.governor}`),
    ],
    ['Microcode', firmware.microcode ?? '–'],
    ['Known weaknesses', cpu.weaknesses.map(({ name }) => name).join(', ') || 'none without a remedy'],
  ];
}
