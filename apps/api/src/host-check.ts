import type { FastifyRequest } from 'fastify';
import { HoldfastError } from '#kernel';
import type { Appliance } from '#manifest';
import { addressOf } from '#supervisor';
import { knownHosts } from './known-hosts.ts';

/** Throws for requests to other host names, so that a page elsewhere cannot reach a loopback appliance by rebinding its name. */
export function hostCheck(appliance: Appliance): (request: FastifyRequest) => void {
  const allowed = knownHosts(appliance);
  const action = appliance.isRunBySystemd
    ? `Use ${addressOf(appliance)}, or add the name to services.nginx.names of the manifest.`
    : `Use http://${appliance.listen.host}:${appliance.listen.port}.`;
  return (request) => {
    const host = request.headers.host ?? '';
    if (allowed.has(host)) return;
    throw new HoldfastError('REQUEST_HOST_UNKNOWN', {
      kind: 'invalid',
      message: `${host.slice(0, 100) || 'No host'} is not an address of this appliance.`,
      action,
    });
  };
}
