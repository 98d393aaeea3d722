import { z } from 'zod';
import { defineRoute } from '#kernel';
import { gpuObstacleCodes } from '../gpu/plan-gpus.ts';

const count = z.number().int().nonnegative();
const megabytes = count.describe('MB of 1024 × 1024 bytes.');
const figure = z.number().nullable().describe('null: the card does not tell.');

const card = z.object({
  index: count.describe('As nvidia-smi counts.'),
  uuid: z.string(),
  name: z.string(),
  driver: z.string().describe('Version of the driver.'),
  memoryMb: megabytes.nullable().describe('null: only the list of cards could be read.'),
  usedMb: figure,
  utilisationPercent: figure,
  encoderPercent: figure,
  encoderSessions: figure.describe('Films that are encoded now; null where the card has no encoder.'),
  temperatureCelsius: figure,
  powerWatts: figure,
  powerLimitWatts: figure,
  mig: z.boolean().nullable().describe('Whether it is cut into instances; null where it cannot be.'),
});

const declared = z.object({
  card: z.string().describe('As the manifest names it.'),
  cardIndex: count.nullable().describe('Which card that is; null where it is not there.'),
  reserveMb: megabytes.describe('Memory that nobody is given.'),
  mps: z.boolean().describe('Whether ceilings and memory limits hold (CUDA MPS).'),
  ceilingsMayExceed: z.boolean(),
  encoderSessions: count.nullable().describe('Films that the driver lets encode at a time; null: as known of the card.'),
  shares: z.array(
    z.object({
      workload: z.string(),
      ceilingPercent: z.number().describe('The most of the processors that it may take; nothing is reserved.'),
      memoryMb: megabytes.describe('Of all its processes together.'),
      processes: count,
      encoderSessions: count,
    }),
  ),
});

export const getGpu = defineRoute({
  id: 'getGpu',
  method: 'GET',
  path: '/gpu',
  access: 'box.read',
  summary: 'The graphics cards, who may take how much of them, and what programs are told because of it',
  answer: z.object({
    cards: z.array(card),
    problem: z.string().nullable().describe('Why there are no cards, or no figures of them.'),
    declared: z.array(declared),
    plan: z
      .object({
        planId: z.string(),
        environment: z.record(z.string(), z.record(z.string(), z.string())).describe('Variables by workload.'),
        warnings: z.array(z.string()),
      })
      .nullable()
      .describe('null where nothing is declared, or it does not fit.'),
    obstacles: z.array(
      z.object({
        code: z.enum(gpuObstacleCodes),
        card: z.string(),
        message: z.string(),
        needed: z.number(),
        available: z.number(),
      }),
    ),
  }),
});
