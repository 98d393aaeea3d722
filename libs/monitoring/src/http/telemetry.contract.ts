import { z } from 'zod';
import { defineRoute, defineSocketEvent } from '#kernel';

const share = z.number().describe('Percent of the last ten seconds.');
const pressure = z
  .object({ some10: share, full10: share })
  .nullable()
  .describe('How long some, or all, waited for it; null where the kernel does not measure it.');
const pressures = z.object({ cpu: pressure, memory: pressure, io: pressure });
const bytes = z.number().nullable();
const perSecond = z.number().nullable().describe('Bytes a second; null where it is not known.');

const slice = z.object({
  id: z.string().describe('Of the workload; where the machine has no slices, the name of a service.'),
  cpuPercent: z.number().nullable().describe('100 is one CPU that never rests; null: not seen twice yet.'),
  waitingPercent: z.number().nullable().describe('How long some of it waited for a CPU; null where the kernel does not say.'),
  memoryBytes: bytes,
  memoryLimits: z.object({ minBytes: bytes, highBytes: bytes, maxBytes: bytes }).nullable(),
  ioReadBytesPerSecond: perSecond,
  ioWriteBytesPerSecond: perSecond,
  tasks: z.number().nullable().describe('Threads.'),
  memoryKills: z.number().nullable().describe('Times that the kernel ended something of it for want of memory.'),
  pressure: pressures.nullable(),
});

const sample = z.object({
  at: z.iso.datetime(),
  seconds: z.number().describe('Over how long it was measured.'),
  source: z.enum(['slice', 'processes']).describe('Whether `slices` are slices of systemd or services with their processes.'),
  cpus: z.array(z.object({ cpu: z.number().int(), busy: z.number().nullable().describe('Percent.') })),
  pressure: pressures,
  memory: z.object({ totalBytes: z.number(), availableBytes: z.number(), swapUsedBytes: z.number() }),
  slices: z.array(slice),
  tiers: z.array(
    z.object({
      name: z.string(),
      totalBytes: bytes,
      freeBytes: bytes,
      readBytesPerSecond: perSecond,
      writeBytesPerSecond: perSecond,
      busyPercent: z.number().nullable().describe('How long its device had something to do.'),
    }),
  ),
  network: z.array(z.object({ name: z.string(), receivedBytesPerSecond: perSecond, sentBytesPerSecond: perSecond })),
  gpus: z.array(
    z.object({
      uuid: z.string(),
      name: z.string(),
      busyPercent: z.number().nullable(),
      memoryBytes: bytes,
      memoryUsedBytes: bytes,
      temperatureCelsius: z.number().nullable(),
      powerWatts: z.number().nullable(),
    }),
  ),
  gpuProblem: z.string().nullable().describe('Why there are no figures of cards.'),
  temperatures: z.array(
    z.object({ chip: z.string(), label: z.string(), celsius: z.number(), criticalCelsius: z.number().nullable() }),
  ),
  powerWatts: z.number().nullable().describe('Of the processor packages.'),
  powerProblem: z.string().nullable().describe('Why the power is not known.'),
});
export type BoxSample = z.output<typeof sample>;

export const getTelemetry = defineRoute({
  id: 'getTelemetry',
  method: 'GET',
  path: '/telemetry',
  access: 'box.read',
  summary: 'What CPUs, slices, tiers and cards do now; measured once for all who ask',
  answer: sample,
});

const instant = z.iso.datetime({ offset: true });

export const getSliceLoad = defineRoute({
  id: 'getSliceLoad',
  method: 'GET',
  path: '/telemetry/load',
  access: 'box.read',
  summary: 'The recorded load of each slice: minutes for 35 days, hours for 400',
  query: z.object({
    from: instant,
    to: instant.optional().describe('Now unless said.'),
    step: z.coerce.number().int().min(60).max(86_400).default(3600).describe('Seconds of each point.'),
  }),
  answer: z.object({
    stepSeconds: z.number().int(),
    slices: z.array(
      z.object({
        id: z.string(),
        points: z.array(
          z.object({
            at: z.iso.datetime(),
            cpuPercent: z.number().describe('Mean; 100 is one CPU.'),
            peakPercent: z.number().describe('Of the busiest fifteen seconds.'),
            memoryBytes: bytes.describe('The most it had.'),
            pressurePercent: z
              .number()
              .nullable()
              .describe('How long some of it waited for a CPU, in the worst minute of an hour.'),
          }),
        ),
      }),
    ),
  }),
});

/** Once a second to those who listen. */
export const boxSampled = defineSocketEvent({ name: 'box.sample', permission: 'box.read', payload: sample });
