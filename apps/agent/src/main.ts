import { join } from 'node:path';
import { readEnvironment } from '#manifest';
import { startAgent } from './agent.ts';
import { readAgentOptions } from './agent-options.ts';
import { debianPlaces, SystemdHost } from './host/systemd-host.adapter.ts';
import { readInventory } from './inventory.adapter.ts';

// The process of root that changes the machine: a closed list of verbs behind a unix socket, and nothing else.

const say = (line: string) => void process.stderr.write(`${line}\n`);
const { manifest, profiles, state, socket, patience } = readAgentOptions(process.argv.slice(2));
const stop = await startAgent({
  host: new SystemdHost({ ...debianPlaces, staging: join(state, 'staging'), patience }),
  inventory: () => readInventory(manifest, profiles),
  state,
  listen: { handedOver: readEnvironment().listenDescriptors, path: socket },
  patience,
  say,
});
for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => void stop().finally(() => process.exit(0)));
