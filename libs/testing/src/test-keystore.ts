import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { EmbeddedKeyProvider } from '#keys';
import { KeystoreService } from '#keystore';

/** A real embedded keystore with its socket, in this process. */
export interface TestKeystore {
  socketPath: string;
  provider: EmbeddedKeyProvider;
  close(): Promise<void>;
}

/** Starts a keystore of its own for one test file: sealed by a key file, empty. */
export async function startTestKeystore(): Promise<TestKeystore> {
  const folder = mkdtempSync(join(tmpdir(), 'holdfast-keystore-'));
  const socketPath = join(folder, 'keyd.sock');
  const service = new KeystoreService({ folder, socketPath, seal: 'file' });
  await service.start();
  const provider = new EmbeddedKeyProvider(socketPath);
  const close = async () => {
    provider.close();
    await service.stop();
    rmSync(folder, { recursive: true, force: true });
  };
  return { socketPath, provider, close };
}
