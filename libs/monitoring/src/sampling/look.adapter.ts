import { stat, statfs } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import type { Appliance } from '#manifest';
import type { BoxPaths } from '../box-paths.ts';
import type { Look } from '../domain/box-sample.ts';
import { deviceName, parseDiskCounters } from '../domain/disk-counters.ts';
import { parsePressure } from '../domain/pressure.ts';
import { namesIn, readNumber, readText } from '../hardware/read-text.adapter.ts';
import { readEnergy, readTemperatures } from './sensor-reader.adapter.ts';
import { readUsage } from './usage-reader.adapter.ts';

/** A disk that does not answer must not hold up everything else. */
const tierAnswerMs = 500;

/** Looks at the whole box once. */
export async function lookAt(
  paths: BoxPaths,
  appliance: Appliance,
  cards: Pick<Look['now'], 'gpus' | 'gpuProblem'>,
): Promise<Look> {
  const [seen, disks, network, energy, pressure, memory, tiers, temperatures] = await Promise.all([
    readUsage(paths, appliance),
    readText(join(paths.proc, 'diskstats')),
    readNetworkCounters(paths),
    readEnergy(paths),
    readPressures(paths),
    readMemoryNow(paths),
    Promise.all(appliance.tiers.map(readTier)),
    readTemperatures(paths),
  ]);
  return {
    atMs: Date.now(),
    usage: seen.usage,
    disks: parseDiskCounters(disks ?? ''),
    network,
    energyMicrojoules: energy.microjoules,
    now: { source: seen.source, pressure, memory, tiers, temperatures, powerProblem: energy.problem, ...cards },
  };
}

async function readPressures({ proc }: BoxPaths): Promise<Look['now']['pressure']> {
  const of = async (name: string) => parsePressure(await readText(join(proc, 'pressure', name)));
  const [cpu, memory, io] = await Promise.all([of('cpu'), of('memory'), of('io')]);
  return { cpu, memory, io };
}

async function readMemoryNow({ proc }: BoxPaths): Promise<Look['now']['memory']> {
  const text = (await readText(join(proc, 'meminfo'))) ?? '';
  const bytes = (name: string) => Number(new RegExp(`^${name}:\\s+(\\d+) kB`, 'm').exec(text)?.[1] ?? 0) * 1024;
  return {
    totalBytes: bytes('MemTotal'),
    availableBytes: bytes('MemAvailable'),
    swapUsedBytes: bytes('SwapTotal') - bytes('SwapFree'),
  };
}

async function readNetworkCounters({ sysfs }: BoxPaths): Promise<Look['network']> {
  const folder = join(sysfs, 'class/net');
  const names = (await namesIn(folder)).filter((name) => name !== 'lo' && name !== 'bonding_masters');
  const counters = await Promise.all(
    names.map(async (name) => {
      const place = join(folder, name, 'statistics');
      const receivedBytes = (await readNumber(join(place, 'rx_bytes'))) ?? 0;
      return [name, { receivedBytes, sentBytes: (await readNumber(join(place, 'tx_bytes'))) ?? 0 }] as const;
    }),
  );
  return new Map(counters);
}

async function readTier({ name, path }: Appliance['tiers'][number]): Promise<Look['now']['tiers'][number]> {
  const unknown = { name, totalBytes: null, freeBytes: null, device: null };
  const read = async () => {
    const [{ bsize, blocks, bavail }, { dev }] = await Promise.all([statfs(path), stat(path)]);
    return { name, totalBytes: bsize * blocks, freeBytes: bsize * bavail, device: deviceName(dev) };
  };
  return Promise.race([read().catch(() => unknown), wait(tierAnswerMs, unknown, { ref: false })]);
}
