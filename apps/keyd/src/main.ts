import { mkdirSync } from 'node:fs';
import { hardenProcess, KeystoreService } from '#keystore';
import { rootLogger } from '#telemetry';
import { readKeydOptions } from './keyd-options.ts';

// The process that keeps the keys: the embedded keystore behind a unix socket, and nothing else. It sends {ready: true} once it listens, also
// while it is sealed: unsealing goes through the socket.

for (const failure of hardenProcess()) rootLogger.warn(failure);
const options = readKeydOptions(process.argv.slice(2));
mkdirSync(options.folder, { recursive: true, mode: 0o700 });
const service = new KeystoreService(options);
// Before anybody is told that it is ready: whoever waits for that may end it at once.
for (const signal of ['SIGTERM', 'SIGINT'] as const)
  process.once(signal, () => {
    rootLogger.info({ signal }, 'The keystore ends');
    void service.stop().finally(() => process.exit(0));
  });

await service.start();
process.send?.({ ready: true });
