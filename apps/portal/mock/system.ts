import type { System } from '../src/api/types.ts';

const keyStates = ['SEALED', 'UNSEALING', 'DEGRADED'] as const;
const keyReasons = {
  READY: null,
  SEALED: 'It waits to be unsealed: its seal (passphrase) needs somebody.',
  UNSEALING: 'It is being unsealed.',
  DEGRADED: 'The keystore does not answer.',
};

const keyServices = { READY: 'up', SEALED: 'degraded', UNSEALING: 'degraded', DEGRADED: 'down' } as const;

/** A healthy appliance with one thing to worry about. */
export function systemNow(keysWish?: string): System {
  const keyState = keyStates.find((state) => state === keysWish) ?? 'READY';
  return {
    version: '0.1.0',
    profile: 'evaluation',
    services: [
      { name: 'api', state: 'up', version: '0.1.0', detail: null, uptimeSeconds: 412_000, memoryBytes: 148e6 },
      {
        name: 'worker',
        state: 'up',
        version: '0.1.0',
        detail: 'media, inference, general',
        uptimeSeconds: 411_000,
        memoryBytes: 322e6,
      },
      {
        name: 'postgresql',
        state: 'up',
        version: '15.14',
        detail: 'pgvector 0.8.0',
        uptimeSeconds: 412_100,
        memoryBytes: 410e6,
      },
      {
        name: 'redis',
        state: 'degraded',
        version: '7.0.15',
        detail: 'Last save failed 4 min ago',
        uptimeSeconds: 412_100,
        memoryBytes: 21e6,
      },
      { name: 'keyd', state: keyServices[keyState], version: null, detail: null, uptimeSeconds: null, memoryBytes: null },
    ],
    keys: {
      provider: 'embedded',
      state: keyState,
      since: new Date(Date.now() - 412_000_000).toISOString(),
      reason: keyReasons[keyState],
      warnings: [],
      seal: keyState === 'READY' ? 'systemd-creds' : 'passphrase',
      boundTo: keyState === 'READY' ? 'host+tpm2' : null,
      keeper: { account: 'holdfast-keyd', isSeparate: true },
      recoveryShares: { threshold: 3, shares: 5, createdAt: new Date(Date.now() - 9e9).toISOString() },
      readableUntil: keyState === 'DEGRADED' ? new Date(Date.now() + 540_000).toISOString() : null,
    },
    disks: [
      { purpose: 'objects', path: 'var/objects', totalBytes: 2e12, freeBytes: 0.31e12 },
      { purpose: 'database', path: 'var/postgres', totalBytes: 2e12, freeBytes: 0.31e12 },
    ],
    sandbox: {
      level: 'reduced',
      reason: 'User namespaces are switched off on this machine, so parsers run without their own network namespace.',
    },
    assets: { total: 100_000, processing: 412, partial: 37, unsupported: 12, originalBytes: 1.21e12, renditionBytes: 8.4e10 },
    tools: [
      { name: 'ffmpeg', version: '5.1.6' },
      { name: 'tesseract', version: '5.3.0' },
      { name: 'pocketsphinx', version: '0.8' },
      { name: 'libheif', version: null },
    ],
  };
}
