import { existsSync } from 'node:fs';
import os from 'node:os';
import { join } from 'node:path';
import type { BoxPaths } from '../box-paths.ts';
import { type CpuInfo, parseCpuInfo } from '../domain/cpu-info.ts';
import { firmwareText, hypervisorOf, machineNames } from '../domain/dmi.ts';
import { parseMemoryLayout } from '../domain/memory-modules.ts';
import type { Hardware } from '../http/hardware.contract.ts';
import type { Gaps } from './gaps.ts';
import { namesIn, readNumber, readText, readTexts } from './read-text.adapter.ts';

const dmiNames = [
  ...['sys_vendor', 'product_name', 'product_version', 'product_serial', 'product_uuid', 'chassis_type', 'chassis_serial'],
  ...['board_vendor', 'board_name', 'board_version', 'bios_vendor', 'bios_version', 'bios_date', 'bios_release'],
];

/** Names of the machine and its firmware, from what the kernel shows of the DMI tables. */
export async function readMachine(
  paths: BoxPaths,
  cpu: CpuInfo,
  gaps: Gaps,
): Promise<Pick<Hardware, 'machine' | 'firmware' | 'system'>> {
  const folder = join(paths.sysfs, 'class/dmi/id');
  const isShown = existsSync(folder);
  const dmi = await readTexts(folder, dmiNames);
  if (!isShown)
    gaps.add('Machine and firmware', 'The kernel shows no DMI tables here: a container, or a machine without them.');
  else if (dmi.product_serial === null)
    gaps.add('Serial number of the machine', 'Only root may read it.', 'sudo dmidecode -s system-serial-number');
  const isUefi = existsSync(join(paths.sysfs, 'firmware/efi'));
  return {
    machine: { ...machineNames(dmi), virtualBy: hypervisorOf(dmi, cpu.flags) },
    firmware: {
      vendor: firmwareText(dmi.bios_vendor),
      version: firmwareText(dmi.bios_version),
      date: firmwareText(dmi.bios_date),
      kind: isUefi ? 'UEFI' : isShown ? 'BIOS' : null,
      secureBoot: isUefi ? await secureBoot(paths) : null,
      microcode: cpu.microcode,
    },
    system: await readSystem(paths),
  };
}

/** The last byte of the variable: four bytes of attributes stand before it. */
async function secureBoot({ sysfs }: BoxPaths): Promise<boolean | null> {
  const folder = join(sysfs, 'firmware/efi/efivars');
  const name = (await namesIn(folder)).find((one) => one.startsWith('SecureBoot-'));
  const text = name ? await readText(join(folder, name)) : null;
  return text === null ? null : text.endsWith('\u0001');
}

async function readSystem({ proc }: BoxPaths): Promise<Hardware['system']> {
  const [release, kernel, stat] = await Promise.all([
    readText('/etc/os-release'),
    readText(join(proc, 'sys/kernel/osrelease')),
    readText(join(proc, 'stat')),
  ]);
  const bootSeconds = Number(/^btime (\d+)$/m.exec(stat ?? '')?.[1] ?? Number.NaN);
  return {
    name: /^PRETTY_NAME="?([^"\n]+)/m.exec(release ?? '')?.[1] ?? null,
    kernel: kernel ?? os.release(),
    architecture: os.arch(),
    host: os.hostname(),
    bootedAt: Number.isNaN(bootSeconds) ? null : new Date(bootSeconds * 1000).toISOString(),
  };
}

/** The processor: what it is, how fast it may run, who governs that. */
export async function readCpu(paths: BoxPaths, cpu: CpuInfo, gaps: Gaps): Promise<Hardware['cpu']> {
  const folder = join(paths.sysfs, 'devices/system/cpu');
  const speed = await readTexts(join(folder, 'cpu0/cpufreq'), ['cpuinfo_max_freq', 'scaling_governor', 'scaling_driver']);
  if (speed.scaling_driver === null)
    gaps.add('Frequencies of the processor', 'The kernel governs none here: usual in virtual machines.');
  const weaknesses = await namesIn(join(folder, 'vulnerabilities'));
  const states = await readTexts(join(folder, 'vulnerabilities'), weaknesses);
  const { flags: _, microcode: __, ...counts } = cpu;
  return {
    ...counts,
    maxMhz: speed.cpuinfo_max_freq ? Math.round(Number(speed.cpuinfo_max_freq) / 1000) : null,
    governor: speed.scaling_governor ?? null,
    driver: speed.scaling_driver ?? null,
    caches: await readCaches(join(folder, 'cpu0/cache')),
    nodes: (await namesIn(join(paths.sysfs, 'devices/system/node'))).filter((name) => /^node\d+$/.test(name)).length || 1,
    weaknesses: weaknesses
      .map((name) => ({ name, state: states[name] ?? 'unknown' }))
      .filter(({ state }) => /^vulnerable/i.test(state)),
  };
}

async function readCaches(folder: string): Promise<Hardware['cpu']['caches']> {
  const indices = (await namesIn(folder)).filter((name) => name.startsWith('index'));
  const caches = await Promise.all(
    indices.map((name) => readTexts(join(folder, name), ['level', 'type', 'size', 'shared_cpu_list'])),
  );
  return caches.flatMap(({ level, type, size, shared_cpu_list: sharedBy }) =>
    level && type && size ? [{ level: Number(level), kind: type, size, sharedBy: sharedBy ?? '' }] : [],
  );
}

export async function cpuInfo({ proc }: BoxPaths): Promise<CpuInfo> {
  return parseCpuInfo((await readText(join(proc, 'cpuinfo'))) ?? '');
}

/** How much memory there is, and the modules where udev has read them. */
export async function readMemory(paths: BoxPaths, gaps: Gaps): Promise<Hardware['memory']> {
  const text = (await readText(join(paths.proc, 'meminfo'))) ?? '';
  const bytes = (name: string) => Number(new RegExp(`^${name}:\\s+(\\d+) kB`, 'm').exec(text)?.[1] ?? 0) * 1024;
  const record = await readText(join(paths.udev, '+dmi:id'));
  const layout = parseMemoryLayout(record ?? '');
  if (!layout)
    gaps.add(
      'Memory modules',
      record === null ? 'udev does not run here, or knows no DMI tables.' : 'The firmware describes none to udev.',
      'sudo dmidecode --type memory',
    );
  const corrected = await Promise.all(
    (await namesIn(join(paths.sysfs, 'devices/system/edac/mc')))
      .filter((name) => /^mc\d+$/.test(name))
      .map((name) => readNumber(join(paths.sysfs, 'devices/system/edac/mc', name, 'ce_count'))),
  );
  return {
    totalBytes: bytes('MemTotal'),
    swapBytes: bytes('SwapTotal'),
    slots: layout?.slots ?? null,
    errorCorrection: layout?.errorCorrection ?? null,
    correctedErrors: corrected.length > 0 ? corrected.reduce<number>((sum, one) => sum + (one ?? 0), 0) : null,
    modules: layout?.modules ?? [],
  };
}
