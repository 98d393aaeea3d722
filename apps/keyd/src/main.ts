import { mkdirSync } from 'node:fs';
import { hardenProcess, KeystoreService, keystorePlace } from '#keystore';
import { loadAppliance } from '#manifest';
import { rootLogger } from '#telemetry';

// The process that keeps the keys: the embedded keystore behind a unix socket, and nothing else. It sends {ready: true} once it listens, also
// while it is sealed: unsealing goes through the socket.

for (const failure of hardenProcess()) rootLogger.warn(failure);
const appliance = loadAppliance();
const { folder, socketPath } = keystorePlace(appliance);
mkdirSync(folder, { recursive: true, mode: 0o700 });
const service = new KeystoreService({ folder, socketPath, seal: appliance.keys.seal });
// Before anybody is told that it is ready: whoever waits for that may end it at once.
for (const signal of ['SIGTERM', 'SIGINT'] as const)
  process.once(signal, () => {
    rootLogger.info({ signal }, 'The keystore ends');
    void service.stop().finally(() => process.exit(0));
  });

await service.start();
process.send?.({ ready: true });
