import type { GpuCard } from './gpu-card.ts';

/** What nvidia-smi is asked of each card; `nvidia-smi --help-query-gpu` describes them. */
export const gpuFields = [
  'index',
  'uuid',
  'name',
  'driver_version',
  'memory.total',
  'memory.used',
  'utilization.gpu',
  'utilization.encoder',
  'encoder.stats.sessionCount',
  'temperature.gpu',
  'power.draw',
  'power.limit',
  'mig.mode.current',
] as const;

/** Reads `nvidia-smi --query-gpu=… --format=csv,nounits`. The first line says which columns there are; cards that lack what every card has are left out. */
export function parseGpus(csv: string): GpuCard[] {
  const [head = '', ...rows] = csv.split('\n').filter((line) => line.trim() !== '');
  const columns = splitRow(head).map((title) => title.replace(/ \[.*\]$/, ''));
  return rows.flatMap((row) => {
    const cells = splitRow(row);
    const card = readCard((field) => cells[columns.indexOf(field)] ?? '');
    return card ? [card] : [];
  });
}

function readCard(cell: (field: string) => string): GpuCard | undefined {
  const figure = (field: string): number | null => (/^-?\d+(\.\d+)?$/.test(cell(field)) ? Number(cell(field)) : null);
  const index = figure('index');
  const memoryMb = figure('memory.total');
  const uuid = cell('uuid');
  if (index === null || memoryMb === null || !uuid.startsWith('GPU-')) return undefined;
  const mig = cell('mig.mode.current');
  return {
    index,
    uuid,
    name: cell('name'),
    driver: cell('driver_version'),
    memoryMb,
    usedMb: figure('memory.used'),
    utilisationPercent: figure('utilization.gpu'),
    encoderPercent: figure('utilization.encoder'),
    encoderSessions: figure('encoder.stats.sessionCount'),
    temperatureCelsius: figure('temperature.gpu'),
    powerWatts: figure('power.draw'),
    powerLimitWatts: figure('power.limit'),
    mig: mig === 'Enabled' || mig === 'Disabled' ? mig === 'Enabled' : null,
  };
}

/** No value has a comma in it but in names of cards, and those have none either. */
function splitRow(row: string): string[] {
  return row.split(',').map((cell) => cell.trim());
}

/** The field that this version of nvidia-smi does not know, out of its complaint. */
export function unknownField(output: string): string | undefined {
  return /Field "([^"]+)" is not a valid field to query/.exec(output)?.[1];
}

/** Why nvidia-smi tells of no cards, by its exit code (nvidia-smi(1), "RETURN VALUE"; 18 is NVML's mismatch of versions). */
export function gpuProblem(exitCode: number, output: string): string {
  const own = output.trim().replaceAll(/\s+/g, ' ').slice(0, 300);
  const reasons: Readonly<Record<number, string>> = {
    4: 'This account may not ask the driver.',
    6: 'The driver finds no card.',
    9: 'The driver is not loaded: install it for the kernel that runs, or load the module nvidia.',
    12: 'The library of the driver (libnvidia-ml.so) is missing.',
    15: 'A card has fallen off the bus: the machine must be restarted, and its power and seat looked at.',
    18: 'The driver in the kernel and its library are of different versions: restart the machine after an update of the driver.',
  };
  return `${reasons[exitCode] ?? 'nvidia-smi failed.'} It says: ${own === '' ? `nothing (exit code ${exitCode})` : own}`;
}
