import type { PartHealth } from './tier-health.ts';

/** Reads /proc/mdstat (md(4)): the state of one software RAID; undefined where it is not in there. */
export function arrayHealth(name: string, mdstat: string): PartHealth | undefined {
  const block = mdstat.split(/\n(?=\S)/).find((text) => text.startsWith(`${name} : `));
  if (!block) return undefined;
  const part = name;
  const [, activity = '', level = ''] = /^\S+ : (\S+(?: \([^)]*\))?) (\S+)/.exec(block) ?? [];
  const failed = [...block.matchAll(/(\w+)\[\d+\]\(F\)/g)].map(([, device]) => device);
  const [, wanted, working] = /\[(\d+)\/(\d+)\]/.exec(block) ?? [];
  const progress = /(recovery|resync|reshape|check)\s*=\s*([\d.]+%)/.exec(block);
  const rebuilding = progress ? `, ${progress[1]} at ${progress[2]}` : '';
  if (!activity.startsWith('active')) return { part, state: 'failed', message: `The array is ${activity || 'not active'}.` };
  if (wanted !== undefined && Number(working) < Number(wanted)) {
    const broken = failed.length > 0 ? ` (${failed.join(', ')} failed)` : '';
    return { part, state: 'failed', message: `${level}: ${working} of ${wanted} disks work${broken}${rebuilding}.` };
  }
  if (failed.length > 0)
    return { part, state: 'warning', message: `${level}: ${failed.join(', ')} failed and is still listed${rebuilding}.` };
  if (wanted === undefined) return { part, state: 'ok', message: `${level}: active.` };
  return { part, state: 'ok', message: `${level}: all ${wanted} disks work${rebuilding}.` };
}
