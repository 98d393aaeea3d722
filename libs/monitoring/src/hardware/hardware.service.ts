import { Inject, Injectable } from '@nestjs/common';
import { requireAccess } from '#access';
import { APPLIANCE } from '#database';
import type { Appliance } from '#manifest';
import { BoxPaths } from '../box-paths.ts';
import type { BlockDisk } from '../domain/block-devices.ts';
import { mountAbove } from '../domain/mount-above.ts';
import { unknownSmart } from '../domain/smart-report.ts';
import type { Hardware } from '../http/hardware.contract.ts';
import { readDisplays, readNetwork, readSensors } from './device-reader.adapter.ts';
import { readDisks, readSmart } from './disk-reader.adapter.ts';
import { Gaps } from './gaps.ts';
import { cpuInfo, readCpu, readMachine, readMemory } from './machine-reader.adapter.ts';

/** Asking disks costs them time, and machines change seldom. */
const freshMs = 60_000;

/** What the machine is made of. Whatever cannot be read is told with its reason; nothing of it keeps the rest from being read. */
@Injectable()
export class HardwareService {
  private known: { atMs: number; answer: Promise<Hardware> } | undefined;

  constructor(
    @Inject(BoxPaths) private readonly paths: BoxPaths,
    @Inject(APPLIANCE) private readonly appliance: Appliance,
  ) {}

  read(): Promise<Hardware> {
    requireAccess('box.read');
    return this.fresh();
  }

  /** The disks, for the metrics, which are nobody's request. */
  async disks(): Promise<Hardware['disks']> {
    return (await this.fresh()).disks;
  }

  private fresh(): Promise<Hardware> {
    const atMs = performance.now();
    if (!this.known || atMs - this.known.atMs > freshMs) {
      const answer = readHardware(this.paths, this.appliance.tiers);
      this.known = { atMs, answer };
      answer.catch(() => {
        this.known = undefined;
      });
    }
    return this.known.answer;
  }
}

/** Reads all of it now. */
export async function readHardware(paths: BoxPaths, tiers: Appliance['tiers']): Promise<Hardware> {
  const gaps = new Gaps();
  const info = await cpuInfo(paths);
  const [names, cpu, memory, disks, network, gpus, sensors] = await Promise.all([
    readMachine(paths, info, gaps),
    readCpu(paths, info, gaps),
    readMemory(paths, gaps),
    readDisks(gaps),
    readNetwork(paths),
    readDisplays(paths),
    readSensors(paths, gaps),
  ]);
  const smart = await readSmart(
    disks.map(({ name }) => name),
    paths,
    gaps,
  );
  return {
    readAt: new Date().toISOString(),
    ...names,
    cpu,
    memory,
    disks: disks.map((disk) => ({
      ...disk,
      tiers: tiersOn(disk, disks, tiers),
      smart: smart.get(disk.name) ?? unknownSmart('It was not asked.'),
    })),
    network,
    gpus,
    sensors,
    gaps: gaps.found,
  };
}

function tiersOn(disk: BlockDisk, disks: readonly BlockDisk[], tiers: Appliance['tiers']): string[] {
  const all = disks.flatMap(({ parts }) => parts.flatMap(({ mountPoints }) => mountPoints));
  const own = new Set(disk.parts.flatMap(({ mountPoints }) => mountPoints));
  return tiers.filter(({ path }) => own.has(mountAbove(path, all) ?? '')).map(({ name }) => name);
}
