/** What /proc/cpuinfo says of the first processor and how many there are. */
export interface CpuInfo {
  model: string | null;
  vendor: string | null;
  microcode: string | null;
  flags: string[];
  sockets: number;
  cores: number;
  threads: number;
}

/** Reads /proc/cpuinfo; other architectures say less of themselves. */
export function parseCpuInfo(text: string): CpuInfo {
  const processors = text
    .trim()
    .split(/\n\s*\n/)
    .map((block) => new Map(block.split('\n').map((line) => pairOf(line))))
    .filter((values) => values.has('processor'));
  const first = processors[0] ?? new Map<string, string>();
  const place = (values: Map<string, string>) => values.get('physical id') ?? '0';
  const cores = new Set(processors.map((values) => `${place(values)} ${values.get('core id') ?? values.get('processor')}`));
  return {
    model: first.get('model name') ?? first.get('Model') ?? null,
    vendor: first.get('vendor_id') ?? null,
    microcode: first.get('microcode') ?? null,
    flags: (first.get('flags') ?? first.get('Features') ?? '').split(' ').filter(Boolean),
    sockets: new Set(processors.map(place)).size,
    cores: cores.size,
    threads: processors.length,
  };
}

function pairOf(line: string): [string, string] {
  const colon = line.indexOf(':');
  return [line.slice(0, colon).trim(), line.slice(colon + 1).trim()];
}
