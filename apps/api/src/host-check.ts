import type { FastifyRequest } from 'fastify';
import { HoldfastError } from '#kernel';
import type { Appliance } from '#manifest';

/** Throws for requests to other host names, so that a page elsewhere cannot reach a loopback appliance by rebinding its name. */
export function hostCheck({ listen }: Appliance): (request: FastifyRequest) => void {
  const names = [listen.host, 'localhost', '127.0.0.1', '[::1]'];
  const allowed = new Set(names.map((name) => `${name}:${listen.port}`));
  return (request) => {
    const host = request.headers.host ?? '';
    if (allowed.has(host)) return;
    throw new HoldfastError('REQUEST_HOST_UNKNOWN', {
      kind: 'invalid',
      message: `${host.slice(0, 100) || 'No host'} is not an address of this appliance.`,
      action: `Use http://${listen.host}:${listen.port}.`,
    });
  };
}
