import { join } from 'node:path';
import type { Appliance } from '#manifest';

/** Where an appliance keeps its embedded keystore, and the socket that its process listens on. */
export function keystorePlace({ paths, socketFolder }: Pick<Appliance, 'paths' | 'socketFolder'>) {
  return { folder: join(paths.secrets, 'keystore'), socketPath: join(socketFolder, 'keyd.sock') };
}
