import { z } from 'zod';
import { defineRoute } from '#kernel';
import { serviceKinds, serviceStates } from '../domain/hosted-service.ts';
import { logLevels } from '../domain/log-line.ts';

const instant = z.iso.datetime();
const id = z.string().regex(/^[a-z][a-z0-9-]{0,62}$/);

const service = z.object({
  id,
  kind: z.enum(serviceKinds),
  title: z.string(),
  unit: z.string().nullable().describe('Unit of systemd; null where none runs it.'),
  state: z.enum(serviceStates).describe('degraded: it runs, but is not well; unknown: nobody here can say.'),
  since: instant.nullable(),
  restarts: z.number().int().nullable().describe('How often it was started again without having been asked.'),
  lastExit: z.string().nullable().describe('How it ended last.'),
  pid: z.number().int().nullable(),
  memoryBytes: z.number().nullable(),
  cpuPercent: z.number().nullable().describe('Of one CPU, since somebody last looked; null: not seen twice yet.'),
  slice: z.string().nullable(),
  cpus: z.string().nullable().describe('CPUs that it may run on, as the kernel writes them.'),
  health: z.object({
    ok: z.boolean().nullable().describe('null: it cannot be asked.'),
    text: z.string(),
    checkedAt: instant,
  }),
  user: z.string().nullable(),
  socket: z.string().nullable(),
  port: z.number().int().nullable(),
  interruption: z.string().describe('What stops for a moment when it is restarted.'),
  restart: z.object({ possible: z.boolean(), reason: z.string().nullable() }),
});

export const listServices = defineRoute({
  id: 'listServices',
  method: 'GET',
  path: '/services',
  access: 'box.read',
  summary: 'The processes that the appliance is made of: how each is, since when, on which CPUs, and whether it answers',
  answer: z.object({
    host: z.enum(['supervisor', 'systemd', 'nobody']).describe('Who keeps them running.'),
    items: z.array(service),
  }),
});

export const readServiceLogs = defineRoute({
  id: 'readServiceLogs',
  method: 'GET',
  path: '/services/:id/logs',
  access: 'services.logs',
  summary: 'The end of the log of a service, or what was written since; secrets are taken out',
  params: z.object({ id }),
  query: z.object({
    lines: z.coerce.number().int().min(1).max(1000).default(200),
    after: z.string().max(300).optional().describe("An earlier answer's cursor."),
  }),
  answer: z.object({
    lines: z.array(z.object({ at: instant.nullable(), level: z.enum(logLevels).nullable(), text: z.string() })),
    cursor: z.string().nullable(),
    source: z.string().nullable().describe('A file, or the journal of a unit.'),
    reason: z.string().nullable().describe('Why there is nothing to read.'),
  }),
});

export const restartService = defineRoute({
  id: 'restartService',
  method: 'POST',
  path: '/services/:id/restart',
  access: 'services.restart',
  summary: 'Restarts a service; answers when that has begun',
  params: z.object({ id }),
  status: 202,
  answer: z.object({ id, begunAt: instant }),
});
