import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { HostGpu } from './host.ts';

/**
 * Cards that NVIDIA's driver tells of in /proc/driver/nvidia/gpus, which needs no device (driver README, "proc interface"). They are counted by their
 * place on the bus, as nvidia-smi does; those that were excluded when the driver was loaded do not count.
 */
export function readHostGpus(processes: string): HostGpu[] {
  const folder = join(processes, 'driver/nvidia/gpus');
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .filter((name) => /^[0-9a-f]{4,8}:[0-9a-f]{2}:[0-9a-f]{2}\.[0-9a-f]$/.test(name))
    .sort()
    .map((name) => readFileSync(join(folder, name, 'information'), 'utf8'))
    .filter((text) => lineOf(text, 'GPU Excluded') !== 'Yes')
    .map((text, index) => ({ index, uuid: lineOf(text, 'GPU UUID'), name: lineOf(text, 'Model') }));
}

function lineOf(text: string, name: string): string {
  return new RegExp(`^${name}:\\s*(.*?)\\s*$`, 'm').exec(text)?.[1] ?? '';
}
