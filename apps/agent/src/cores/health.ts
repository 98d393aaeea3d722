import { agentError, hostServices } from '#agent-protocol';
import type { Host, HostService } from '../host/host.ts';

/** Which services do their work, as far as that can be told from outside. */
export interface Health {
  services: readonly HostService[];
  sockets: readonly string[];
}

const isRunning = ({ state }: HostService) => state === 'active' || state === 'reloading';

/** Looks at the services of the list and at the sockets that they answer at. */
export async function lookAtHealth(host: Host): Promise<Health> {
  return { services: await host.seeServices(Object.values(hostServices)), sockets: await host.answeringSockets() };
}

/** Throws AGENT_VERIFY_FAILED where something that did its work before does not now, or fell over meanwhile. What was down before may stay down. */
export async function requireHealth(host: Host, before: Health): Promise<void> {
  const now = await lookAtHealth(host);
  const found = before.services.filter(isRunning).flatMap(({ unit, restarts }) => {
    const after = now.services.find((service) => service.unit === unit);
    if (!after || !isRunning(after)) return [`${unit} ran before and is ${after?.state ?? 'gone'} now`];
    return after.restarts > restarts ? [`${unit} fell over and was restarted`] : [];
  });
  const silent = before.sockets.filter((path) => !now.sockets.includes(path)).map((path) => `nobody answers at ${path}`);
  const all = [...found, ...silent];
  if (all.length > 0) throw agentError('AGENT_VERIFY_FAILED', `The change does harm: ${all.join('; ')}.`);
}
