import { dirname, join } from 'node:path';
import type { Appliance } from '#manifest';

/** Where an appliance keeps its embedded keystore, and the socket that its process listens on. */
export function keystorePlace({ paths, keystoreSocket }: Pick<Appliance, 'paths' | 'keystoreSocket'>) {
  return { folder: join(paths.secrets, 'keystore'), socketPath: keystoreSocket };
}

/** The socket beside that of a keystore which serves a group: for root and the keystore's own account, for what the group may not ask. */
export function operatorSocketOf(socketPath: string): string {
  return join(dirname(socketPath), 'operator.sock');
}
