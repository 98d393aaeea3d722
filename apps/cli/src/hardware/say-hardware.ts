import type { Hardware } from '#monitoring';
import { formatBytes, formatTable } from '../format.ts';
import type { Terminal } from '../terminal.ts';

const joined = (...parts: (string | number | null | false | undefined)[]) =>
  parts.filter((part) => part !== null && part !== undefined && part !== false && part !== '').join(' ');

function rows(found: Hardware): [string, string][] {
  const { machine, firmware, system, cpu, memory } = found;
  const counts = `${cpu.sockets} × ${cpu.cores / cpu.sockets} cores, ${cpu.threads} threads`;
  return [
    ['Machine', joined(machine.manufacturer, machine.model, machine.virtualBy && `(virtual, by ${machine.virtualBy})`) || '–'],
    ['Board', machine.board ?? '–'],
    ['Firmware', joined(firmware.vendor, firmware.version, firmware.date, firmware.kind) || '–'],
    ['System', joined(system.name, 'Linux', system.kernel, system.architecture)],
    ['Processor', joined(cpu.model, `(${counts})`, firmware.microcode && `microcode ${firmware.microcode}`)],
    ['Memory', joined(formatBytes(memory.totalBytes), memory.errorCorrection && `error correction: ${memory.errorCorrection}`)],
    ...memory.modules.map((module): [string, string] => [
      `  ${module.slot}`,
      joined(formatBytes(module.bytes), module.type, module.megatransfers && `${module.megatransfers} MT/s`, module.partNumber),
    ]),
    ...found.gpus.map((gpu): [string, string] => [
      'Graphics',
      joined(gpu.maker, gpu.device, gpu.driver && `driver ${gpu.driver}`),
    ]),
    ...found.network
      .filter(({ kind }) => kind === 'physical')
      .map((one): [string, string] => [
        'Network',
        joined(
          one.name,
          one.state,
          one.megabitsPerSecond && `${one.megabitsPerSecond} Mbit/s`,
          one.mac,
          one.addresses.join(' '),
        ),
      ]),
  ];
}

function diskRow(disk: Hardware['disks'][number]): string[] {
  const { smart } = disk;
  return [
    disk.name,
    disk.kind,
    formatBytes(disk.bytes),
    disk.model ?? '–',
    disk.tiers.join(', ') || '–',
    smart.state,
    smart.temperatureCelsius === null ? '–' : `${smart.temperatureCelsius} °C`,
    smart.wearPercent === null ? '–' : `${smart.wearPercent} %`,
    smart.reason ?? '',
  ];
}

/** Prints the inventory: the machine, its disks as a table, and what could not be read. */
export function sayHardware(found: Hardware, terminal: Terminal): void {
  for (const line of formatTable(rows(found))) terminal.say(line.trimEnd());
  if (found.disks.length > 0) {
    const heads = ['disk', 'kind', 'size', 'model', 'tiers', 'health', 'temp', 'wear', ''];
    const [head, ...lines] = formatTable([heads, ...found.disks.map(diskRow)]);
    terminal.say(`\n${terminal.style('dim', head?.trimEnd() ?? '')}`);
    for (const line of lines) terminal.say(line.trimEnd());
  }
  if (found.gaps.length > 0) terminal.say(`\n${terminal.style('bold', 'Not read')}`);
  for (const { what, why, remedy } of found.gaps) terminal.say(`  ${what}: ${why}${remedy ? ` (${remedy})` : ''}`);
}
