import { z } from 'zod';
import { defineRoute } from '#kernel';
import { historyMetricNames } from '../domain/history-metrics.ts';

const instant = z.iso.datetime({ offset: true });

export const getTelemetryHistory = defineRoute({
  id: 'getTelemetryHistory',
  method: 'GET',
  path: '/telemetry/history',
  access: 'box.read',
  summary: 'What was measured, by name; says why where there is no history',
  query: z.object({
    metric: z.enum(historyMetricNames),
    from: instant,
    to: instant.optional().describe('Now unless said.'),
    step: z.coerce
      .number()
      .int()
      .min(5)
      .max(86_400)
      .default(60)
      .describe('Seconds from point to point; a point is the mean over them.'),
  }),
  answer: z.object({
    metric: z.enum(historyMetricNames),
    unit: z.string(),
    stepSeconds: z.number().int(),
    lines: z.array(
      z.object({
        labels: z.record(z.string(), z.string()).describe('What the line is of: a slice, a tier, a queue …'),
        points: z.array(z.object({ at: z.iso.datetime(), value: z.number() })),
      }),
    ),
  }),
});
