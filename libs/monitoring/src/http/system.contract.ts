import { z } from 'zod';
import { defineRoute } from '#kernel';

const service = z.object({
  name: z.string(),
  state: z.enum(['up', 'down', 'degraded']),
  version: z.string().nullable(),
  detail: z.string().nullable(),
  uptimeSeconds: z.number().nullable(),
  memoryBytes: z.number().nullable(),
});

export const getSystem = defineRoute({
  id: 'getSystem',
  method: 'GET',
  path: '/system',
  access: 'system.read',
  summary: 'Services, versions, disk, and how well parsers are locked in',
  answer: z.object({
    version: z.string(),
    profile: z.string(),
    services: z.array(service),
    disks: z.array(z.object({ purpose: z.string(), path: z.string(), totalBytes: z.number(), freeBytes: z.number() })),
    keys: z.object({
      provider: z.enum(['embedded', 'vault']),
      state: z.enum(['SEALED', 'UNSEALING', 'READY', 'DEGRADED']),
      since: z.iso.datetime(),
      reason: z.string().nullable().describe('Why it is not READY, or what is to be warned of.'),
      warnings: z.array(z.string()).describe('What the seal does not protect from.'),
      seal: z.string().nullable().describe('What keeps the master key of the embedded keystore.'),
      boundTo: z
        .string()
        .nullable()
        .describe('What opens the seal systemd-creds: host, tpm2, host+tpm2, nothing or unknown; null under other seals.'),
      keeper: z
        .object({
          account: z.string(),
          isSeparate: z.boolean().describe("Whether that is another account than the appliance's."),
        })
        .nullable()
        .describe('Whose process the embedded keystore is, by the owner of its socket; null where nobody can say.'),
      recoveryShares: z
        .object({ threshold: z.number().int(), shares: z.number().int(), createdAt: z.iso.datetime() })
        .nullable()
        .describe('The shares that open the embedded keystore whatever its seal; null when none were made.'),
      readableUntil: z.iso.datetime().nullable().describe('While DEGRADED: until when what was opened before can be read.'),
    }),
    sandbox: z.object({ level: z.enum(['full', 'reduced', 'none']), reason: z.string().nullable() }),
    assets: z.object({
      total: z.number().int(),
      processing: z.number().int(),
      partial: z.number().int(),
      unsupported: z.number().int(),
      originalBytes: z.number(),
      renditionBytes: z.number(),
    }),
    tools: z.array(z.object({ name: z.string(), version: z.string().nullable() })),
  }),
});
