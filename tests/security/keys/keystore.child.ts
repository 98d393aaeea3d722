import { setFlagsFromString, writeHeapSnapshot } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { KeystoreService } from '#keystore';

// A keystore that writes its heap into a file when it is told to: keystore.child.ts FOLDER SOCKET
const [folder = '', socketPath = ''] = process.argv.slice(2);
const service = new KeystoreService({ folder, socketPath, seal: 'file' });
await service.start();
setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;
process.on('message', (file: string) => {
  collect();
  writeHeapSnapshot(file);
  process.send?.('written');
});
process.on('SIGTERM', () => void service.stop().then(() => process.exit(0)));
process.send?.('ready');
