import { join } from 'node:path';
import type { Appliance } from '#manifest';

/** Where an appliance keeps its embedded keystore, and the socket that its process listens on. */
export function keystorePlace({ paths, keystoreSocket }: Pick<Appliance, 'paths' | 'keystoreSocket'>) {
  return { folder: join(paths.secrets, 'keystore'), socketPath: keystoreSocket };
}
