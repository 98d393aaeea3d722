import type { Appliance } from '#manifest';

/** A service of the appliance, and the unit of systemd that runs it. */
export interface UnitName {
  /** As `./holdfast status` and the workers' names have it: api, postgres, media … */
  name: string;
  unit: string;
  /** Socket or URL it answers at. */
  address?: string;
}

/** Puts an instance into the name of a template: `holdfast-worker@.service` and `media` make `holdfast-worker@media.service`. */
export function instanceOf(template: string, instance: string): string {
  return template.replace('@.', `@${instance}.`);
}

/** The services of an appliance that systemd runs, in the order in which they need each other. */
export function unitsOf({ services, workers, listen, redisSocket, socketFolder, keystoreSocket, keys }: Appliance): UnitName[] {
  const { postgresql, redis, keystore, api, agent, nginx } = services;
  return [
    { name: 'postgres', unit: postgresql.unit, address: socketFolder },
    { name: 'redis', unit: redis.unit, address: redisSocket },
    ...(keys.provider === 'embedded' ? [{ name: 'keyd', unit: keystore.unit, address: keystoreSocket }] : []),
    { name: 'agent', unit: agent.unit, address: agent.socket },
    { name: 'api', unit: api.unit, address: `http://${listen.host}:${listen.port}` },
    ...workers.map(({ name }) => ({ name, unit: instanceOf(services.workers.unit, name) })),
    { name: 'nginx', unit: nginx.unit, address: `:${nginx.port}` },
  ];
}

/** What starts and stops all of the appliance's own units. */
export const targetUnit = 'holdfast.target';
