import { randomInt } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { EmbeddedKeyProvider, KeystoreControl, type ProviderCiphertext } from '#keys';
import { type KeystoreHome, makeKeystoreHome } from '#testing';

const name = 'hf-subject';
const bound = Buffer.from('bound');
const rounds = 15;

let house: KeystoreHome;
beforeEach(() => {
  house = makeKeystoreHome();
});
afterEach(() => house.remove());

/** What the keystore has acknowledged: it must never be lost. */
interface Acknowledged {
  latest: number;
  minimum: number;
  ciphertexts: ProviderCiphertext[];
}

/** Rotates, encrypts, destroys and seals again until the keystore is gone. */
async function keepBusy(socketPath: string, acknowledged: Acknowledged): Promise<void> {
  const provider = new EmbeddedKeyProvider(socketPath);
  const control = new KeystoreControl(socketPath);
  const sealing = (async () => {
    for (;;) await (randomInt(3) === 0 ? control.makeShares() : control.reseal('file'));
  })();
  const rotating = (async () => {
    for (;;) {
      acknowledged.latest = await provider.rotate(name);
      acknowledged.ciphertexts.push(await provider.encrypt(name, Buffer.from(`by ${acknowledged.latest}`), bound));
      if (randomInt(4) > 0) continue;
      const minimum = Math.max(1, acknowledged.latest - 3);
      // Asked for is as good as done: what is below may be gone from now on.
      acknowledged.minimum = Math.max(acknowledged.minimum, minimum);
      await provider.setMinimumVersion(name, minimum);
    }
  })();
  await Promise.allSettled([sealing, rotating]);
  provider.close();
  control.close();
}

async function expectNothingLost(socketPath: string, { latest, minimum, ciphertexts }: Acknowledged): Promise<void> {
  const provider = new EmbeddedKeyProvider(socketPath);
  try {
    expect(await provider.health()).toMatchObject({ state: 'READY' });
    const { versions } = await provider.describe(name);
    for (let version = Math.max(minimum, 1); version <= latest; version++) expect(versions).toContain(version);
    for (const { ciphertext, version } of ciphertexts.filter((made) => made.version >= minimum))
      expect((await provider.decrypt(name, ciphertext, bound)).toString()).toBe(`by ${version}`);
  } finally {
    provider.close();
  }
}

it('loses no acknowledged version, and opens by itself again, when it is killed while it rotates, destroys and seals anew', async () => {
  const acknowledged: Acknowledged = { latest: 1, minimum: 1, ciphertexts: [] };
  const first = await house.start();
  const provider = new EmbeddedKeyProvider(house.socketPath);
  await provider.ensureKey(name);
  provider.close();
  await first.end();
  for (let round = 0; round < rounds; round++) {
    const keystore = await house.start();
    await expectNothingLost(house.socketPath, acknowledged);
    const busy = keepBusy(house.socketPath, acknowledged);
    const enough = acknowledged.latest + randomInt(1, 6);
    await expect.poll(() => acknowledged.latest, { interval: 1, timeout: 30_000 }).toBeGreaterThanOrEqual(enough);
    await sleep(randomInt(20));
    expect(await keystore.end('SIGKILL')).toMatchObject({ signal: 'SIGKILL' });
    await busy;
  }
  const last = await house.start();
  await expectNothingLost(house.socketPath, acknowledged);
  expect(acknowledged.latest).toBeGreaterThan(rounds);
  expect(await last.end()).toMatchObject({ code: 0 });
});
