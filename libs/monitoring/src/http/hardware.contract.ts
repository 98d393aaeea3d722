import { z } from 'zod';
import { defineRoute } from '#kernel';

const known = z.string().nullable();
const bytes = z.number();

const machine = z.object({
  manufacturer: known,
  model: known,
  version: known,
  serial: known,
  uuid: known,
  board: known,
  chassis: known,
  virtualBy: known.describe('What makes this machine, where it is a virtual one.'),
});

const firmware = z.object({
  vendor: known,
  version: known,
  date: known,
  kind: z.enum(['UEFI', 'BIOS']).nullable(),
  secureBoot: z.boolean().nullable(),
  microcode: known.describe('Revision that runs in the processor.'),
});

const cpu = z.object({
  model: known,
  vendor: known,
  sockets: z.number().int(),
  cores: z.number().int(),
  threads: z.number().int(),
  nodes: z.number().int().describe('NUMA nodes.'),
  maxMhz: z.number().nullable(),
  governor: known,
  driver: known,
  caches: z.array(z.object({ level: z.number().int(), kind: z.string(), size: z.string(), sharedBy: z.string() })),
  weaknesses: z
    .array(z.object({ name: z.string(), state: z.string() }))
    .describe('Weaknesses of the processor that the kernel says nothing is done about.'),
});

const memory = z.object({
  totalBytes: bytes,
  swapBytes: bytes,
  slots: z.number().int().nullable(),
  errorCorrection: known,
  correctedErrors: z.number().int().nullable().describe('Since the start of the machine; null where nobody counts.'),
  modules: z.array(
    z.object({
      slot: z.string(),
      bytes,
      type: known,
      megatransfers: z.number().nullable(),
      manufacturer: known,
      partNumber: known,
      serial: known,
    }),
  ),
});

const disk = z.object({
  name: z.string(),
  kind: z.enum(['nvme', 'ssd', 'hdd', 'virtual']),
  bytes,
  model: known,
  serial: known,
  firmware: known,
  transport: known,
  sectorBytes: z.number().nullable(),
  scheduler: known,
  tiers: z.array(z.string()).describe('Tiers whose objects lie on it.'),
  parts: z.array(
    z.object({
      name: z.string(),
      kind: z.string(),
      bytes,
      fileSystem: known,
      uuid: known,
      mountPoints: z.array(z.string()),
    }),
  ),
  smart: z.object({
    state: z.enum(['good', 'failing', 'unknown']),
    reason: known,
    temperatureCelsius: z.number().nullable(),
    powerOnHours: z.number().nullable(),
    wearPercent: z.number().nullable(),
    mediaErrors: z.number().nullable(),
  }),
});

const network = z.object({
  name: z.string(),
  kind: z.enum(['physical', 'virtual']),
  driver: known,
  mac: known,
  state: z.string(),
  megabitsPerSecond: z.number().nullable(),
  duplex: known,
  mtu: z.number().nullable(),
  addresses: z.array(z.string()),
});

const hardware = z.object({
  readAt: z.iso.datetime(),
  machine,
  firmware,
  system: z.object({
    name: known,
    kernel: z.string(),
    architecture: z.string(),
    host: z.string(),
    bootedAt: z.iso.datetime().nullable(),
  }),
  cpu,
  memory,
  disks: z.array(disk),
  network: z.array(network),
  gpus: z.array(z.object({ address: z.string(), maker: known, device: z.string(), driver: known, link: known })),
  sensors: z.array(
    z.object({
      chip: z.string(),
      kind: z.enum(['temperature', 'fan', 'voltage', 'power', 'current']),
      label: z.string(),
    }),
  ),
  gaps: z
    .array(z.object({ what: z.string(), why: z.string(), remedy: known.describe('A command that shows it.') }))
    .describe('What could not be read, and why.'),
});
export type Hardware = z.output<typeof hardware>;

export const getHardware = defineRoute({
  id: 'getHardware',
  method: 'GET',
  path: '/hardware',
  access: 'box.read',
  summary: 'What the machine is made of, and what of it could not be read',
  answer: hardware,
});
