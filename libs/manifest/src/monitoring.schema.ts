import { z } from 'zod';

const positive = z.number().int().positive();

/** The shape of `monitoring` in the manifest: the history of measurements that a Prometheus of our own keeps. */
export const monitoringSchema = z.strictObject({
  enabled: z.boolean().describe('Whether a Prometheus keeps the history of measurements; what is live is measured either way.'),
  port: z
    .number()
    .int()
    .min(1024)
    .max(65_535)
    .nullable()
    .describe('Port on the loopback where it answers; null: any that is free at the start.'),
  retentionDays: positive.max(3650).describe('Older measurements go.'),
  retentionSizeMb: positive.describe('The oldest measurements go when all take more room than this.'),
  scrapeSeconds: z.number().int().min(5).max(300).describe('How often it measures.'),
});
export type MonitoringSettings = z.output<typeof monitoringSchema>;
