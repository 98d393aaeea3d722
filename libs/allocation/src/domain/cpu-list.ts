/** Reads a list as the kernel writes it (`0-3,8,10-11`); ascending, each CPU once. Throws on anything else. */
export function parseCpuList(text: string): number[] {
  const cpus = new Set<number>();
  for (const range of text.trim().split(',')) {
    if (range === '') continue;
    const [, first, last = first] = /^(\d{1,6})(?:-(\d{1,6}))?$/.exec(range.trim()) ?? [];
    if (first === undefined || Number(last) < Number(first)) throw new Error(`"${range}" is no range of CPUs such as 0-3 or 8`);
    for (let cpu = Number(first); cpu <= Number(last); cpu += 1) cpus.add(cpu);
  }
  return ascending(cpus);
}

/** Writes CPUs as the kernel does: `0-3,8`. */
export function formatCpuList(cpus: Iterable<number>): string {
  const ranges: [number, number][] = [];
  for (const cpu of ascending(cpus)) {
    const range = ranges.at(-1);
    if (range && cpu === range[1] + 1) range[1] = cpu;
    else if (range?.[1] !== cpu) ranges.push([cpu, cpu]);
  }
  return ranges.map(([first, last]) => (first === last ? `${first}` : `${first}-${last}`)).join(',');
}

/** A new list, lowest first. */
export function ascending(numbers: Iterable<number>): number[] {
  return [...numbers].sort((a, b) => a - b);
}
