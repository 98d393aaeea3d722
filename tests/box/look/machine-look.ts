import { type GroupLimits, parseCpuList, type UnitFile } from '#allocation';

/** A slice or scope as the box tells of it. */
export interface SeenGroup {
  /** `AllowedCPUs` as systemd holds it. */
  property: number[];
  /** `cpuset.cpus.effective`; null where nothing of the group runs. */
  effective: number[] | null;
  /** What the kernel holds of memory and weight; of what it does not tell there is nothing. */
  limits: Partial<GroupLimits>;
  below: { path: string; effective: number[] }[];
  threads: { path: string; tid: number; command: string; cpus: number[] }[];
}

/** What the box holds at one time. */
export interface MachineLook {
  groups: Record<string, SeenGroup>;
  /** Unit files of ours, by path. */
  files: UnitFile[];
}

/** Reads what tests/box/guest/box-look prints. */
export function readLook(output: string): MachineLook {
  const look: MachineLook = { groups: {}, files: [] };
  const group = (name: string) => (look.groups[name] ??= { property: [], effective: null, limits: {}, below: [], threads: [] });
  for (const line of output.split('\n')) {
    const [kind, name = '', one = '', two = '', command = '', mask = ''] = line.split('\t');
    if (kind === 'group') Object.assign(group(name), { property: cpus(one), effective: two === 'none' ? null : cpus(two) });
    if (kind === 'limits') group(name).limits = limits(one, two, command, mask);
    if (kind === 'below') group(name).below.push({ path: one, effective: cpus(two) });
    if (kind === 'thread') group(name).threads.push({ path: one, tid: Number(two), command, cpus: cpus(mask) });
    if (kind === 'file') look.files.push({ path: name, text: Buffer.from(one, 'base64').toString() });
  }
  look.files.sort((a, b) => (a.path < b.path ? -1 : 1));
  return look;
}

/** systemd writes ranges with blanks between, the kernel with commas. */
function cpus(list: string): number[] {
  return parseCpuList(list.trim().replaceAll(' ', ','));
}

/** `max` stands for no limit; a file that is not there says nothing. */
function limits(...words: string[]): Partial<GroupLimits> {
  const names = ['memoryMin', 'memoryHigh', 'memoryMax', 'cpuWeight'] as const;
  const told = names.map((name, index) => [name, words[index] === 'max' ? null : Number(words[index])] as const);
  return Object.fromEntries(told.filter((_, index) => words[index] !== undefined && words[index] !== ''));
}
