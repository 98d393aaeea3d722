import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { formatCpuList, parseCpuList } from '#allocation';
import { formatCpuMask, parseCpuMask } from './cpu-mask.ts';
import { type HostInterrupt, wideMasks } from './host.ts';

/** Where interrupts and the kernel's own work go (genirq, /proc/irq; workqueue.rst). */
export class Interrupts {
  private readonly folder: string;
  private readonly workqueue: string;
  /** Those that the kernel would not move; some kernels tell it only when it is tried. */
  private readonly fixed = new Set<string>();

  /** Folders such as /proc/irq and /sys/devices/virtual/workqueue. */
  constructor(folder: string, workqueue: string) {
    this.folder = folder;
    this.workqueue = workqueue;
  }

  /** Those that somebody handles, and the two wide masks. */
  see(): HostInterrupt[] {
    const numbers = list(this.folder).filter((name) => /^\d+$/.test(name));
    return [
      ...this.seeMask('default', join(this.folder, 'default_smp_affinity')),
      ...this.seeMask('workqueue', join(this.workqueue, 'cpumask')),
      ...numbers.flatMap((id) => this.seeOne(id)),
    ];
  }

  /** Answers the kernel's code where it refuses; null where it takes it. */
  set(id: string, cpus: readonly number[]): string | null {
    try {
      const write = (file: string, text: string) => writeFileSync(file, text, { flag: 'r+' });
      if (id === 'default') write(join(this.folder, 'default_smp_affinity'), formatCpuMask(cpus));
      else if (id === 'workqueue') write(join(this.workqueue, 'cpumask'), formatCpuMask(cpus));
      else if (/^\d{1,9}$/.test(id)) write(join(this.folder, id, 'smp_affinity_list'), formatCpuList(cpus));
      else return 'EINVAL';
      return null;
    } catch (error) {
      const { code = 'EIO' } = error as NodeJS.ErrnoException;
      if (code === 'EIO') this.fixed.add(id);
      return code;
    }
  }

  private seeMask(id: keyof typeof wideMasks, file: string): HostInterrupt[] {
    try {
      return [{ id, name: wideMasks[id], allowed: parseCpuMask(readFileSync(file, 'utf8')), isMovable: !this.fixed.has(id) }];
    } catch {
      return [];
    }
  }

  private seeOne(id: string): HostInterrupt[] {
    const folder = join(this.folder, id);
    // Each handler has a folder of its own; without one nothing comes.
    const name = list(folder, true)[0];
    if (name === undefined) return [];
    try {
      const file = join(folder, 'smp_affinity_list');
      const allowed = parseCpuList(readFileSync(file, 'utf8'));
      const isMovable = (statSync(file).mode & 0o200) !== 0 && !this.fixed.has(id);
      return [{ id, name, allowed, isMovable }];
    } catch {
      return [];
    }
  }
}

function list(folder: string, onlyFolders = false): string[] {
  try {
    const entries = readdirSync(folder, { withFileTypes: true });
    return entries.filter((entry) => !onlyFolders || entry.isDirectory()).map(({ name }) => name);
  } catch {
    return [];
  }
}
