import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { GpuCard } from './gpu-card.ts';

const nothingMore = {
  ...{ memoryMb: null, usedMb: null, utilisationPercent: null, encoderPercent: null, encoderSessions: null },
  ...{ temperatureCelsius: null, powerWatts: null, powerLimitWatts: null, mig: null },
};

/**
 * Cards that NVIDIA's driver tells of in /proc/driver/nvidia, which needs no device (driver README, "proc interface"): which they are, and nothing of what
 * they have and do. They are counted by their place on the bus, as nvidia-smi does; those that were excluded when the driver was loaded do not count.
 */
export function readDriverCards(processes = '/proc'): GpuCard[] {
  const folder = join(processes, 'driver/nvidia');
  if (!existsSync(join(folder, 'gpus'))) return [];
  const driver = driverOf(join(folder, 'version'));
  return readdirSync(join(folder, 'gpus'))
    .filter((name) => /^[0-9a-f]{4,8}:[0-9a-f]{2}:[0-9a-f]{2}\.[0-9a-f]$/.test(name))
    .sort()
    .map((name) => readFileSync(join(folder, 'gpus', name, 'information'), 'utf8'))
    .filter((text) => lineOf(text, 'GPU Excluded') !== 'Yes')
    .map((text, index) => ({ index, uuid: lineOf(text, 'GPU UUID'), name: lineOf(text, 'Model'), driver, ...nothingMore }));
}

function lineOf(text: string, name: string): string {
  return new RegExp(`^${name}:\\s*(.*?)\\s*$`, 'm').exec(text)?.[1] ?? '';
}

/** Out of "NVRM version: NVIDIA UNIX x86_64 Kernel Module  550.127.05  Tue Oct  8 …"; the open module says it alike. */
function driverOf(file: string): string {
  if (!existsSync(file)) return '';
  return /Kernel Module.*?\s(\d{3}\.\d+(?:\.\d+)?)\s/.exec(readFileSync(file, 'utf8'))?.[1] ?? '';
}
