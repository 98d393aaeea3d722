import { z } from 'zod';

/**
 * Services that may be restarted, and their units; of Debian's PostgreSQL every cluster. The agent looks names up here: none comes over the wire.
 */
export const hostServices = {
  api: 'holdfast-api.service',
  'worker-media': 'holdfast-worker@media.service',
  'worker-inference': 'holdfast-worker@inference.service',
  'worker-storage': 'holdfast-worker@storage.service',
  'worker-general': 'holdfast-worker@general.service',
  keyd: 'holdfast-keyd.service',
  postgresql: 'postgresql@*.service',
  redis: 'redis-server.service',
  nginx: 'nginx.service',
  prometheus: 'holdfast-prometheus.service',
} as const satisfies Record<string, string>;
export type HostService = keyof typeof hostServices;

/** What `services.restart` takes. */
export const restartRequest = z.strictObject({
  service: z.enum(Object.keys(hostServices) as [HostService, ...HostService[]]),
  idempotencyKey: z.uuid().describe('The same key is answered again and restarts nothing.'),
});
export type RestartRequest = z.output<typeof restartRequest>;

/** What `services.restart` answers. */
export const restartReply = z.strictObject({
  service: z.enum(Object.keys(hostServices) as [HostService, ...HostService[]]),
  units: z.array(z.string()),
  state: z.enum(['running', 'failed']).describe('Of the units after the restart.'),
});
export type RestartReply = z.output<typeof restartReply>;
