import { expect, test } from 'vitest';
import type { KeyStateReport } from '#keys';
import { describeKeys, keyService } from './keys-at-a-glance.ts';

const since = new Date('2026-11-21T10:00:00Z');
const ready: KeyStateReport = {
  state: 'READY',
  reason: null,
  since,
  provider: 'embedded',
  readsUntil: null,
  detail: {
    seal: 'passphrase',
    boundTo: null,
    keeper: { account: 'holdfast-keyd', isSeparate: true },
    warnings: [],
    recoveryShares: null,
  },
};

test('a keystore that is open says its seal and is up', () => {
  expect(describeKeys(ready)).toEqual({
    provider: 'embedded',
    state: 'READY',
    since: '2026-11-21T10:00:00.000Z',
    reason: null,
    seal: 'passphrase',
    boundTo: null,
    keeper: { account: 'holdfast-keyd', isSeparate: true },
    warnings: [],
    recoveryShares: null,
    readableUntil: null,
  });
  expect(keyService(ready)).toMatchObject({
    name: 'keyd',
    state: 'up',
    detail: 'runs as holdfast-keyd, an account of its own',
  });
  const ours: KeyStateReport = { ...ready, detail: { keeper: { account: 'ada', isSeparate: false } } };
  expect(keyService(ours).detail).toBe("runs as ada, the appliance's own account");
  expect(keyService({ ...ready, provider: 'vault', detail: {} }).detail).toBeNull();
});

test('a keystore that waits to be unsealed is degraded; one that does not answer is down', () => {
  const sealed: KeyStateReport = { ...ready, state: 'SEALED', reason: 'It waits.' };
  expect(keyService(sealed)).toMatchObject({ state: 'degraded', detail: 'It waits.' });
  const away: KeyStateReport = { ...sealed, detail: { code: 'KEYS_UNAVAILABLE' } };
  expect(keyService(away)).toMatchObject({ state: 'down' });
  expect(describeKeys(away)).toMatchObject({ seal: null, warnings: [] });
});

test('while a Vault is away it is told until when reading goes on', () => {
  const readsUntil = new Date('2026-11-21T10:15:00Z');
  const away: KeyStateReport = { ...ready, provider: 'vault', state: 'DEGRADED', readsUntil, detail: { status: 473 } };
  expect(describeKeys(away)).toMatchObject({ state: 'DEGRADED', readableUntil: '2026-11-21T10:15:00.000Z' });
  expect(keyService(away)).toMatchObject({ name: 'vault', state: 'down' });
});
