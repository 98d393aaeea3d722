import { expect, it } from 'vitest';
import type { Clock } from '#kernel';
import { keyError } from './key-error.ts';
import type { KeyProvider, KeyState } from './key-provider.ts';
import { KeyStateWatch } from './key-state-watch.ts';
import { WatchedKeyProvider } from './watched-key-provider.ts';

/** A watch over a provider that is what the test says, on a clock that the test moves. */
function house() {
  const world = { state: 'READY' as KeyState, nowMs: 0, asked: 0 };
  const clock: Clock = { now: () => new Date(1_700_000_000_000 + world.nowMs), monotonicMs: () => world.nowMs };
  const provider = {
    kind: 'embedded',
    health: async () => {
      world.asked++;
      return { state: world.state, reason: world.state === 'READY' ? null : `It is ${world.state}.`, detail: {} };
    },
    describe: async () => {
      throw keyError(world.state === 'READY' ? 'KEYS_KEY_MISSING' : 'KEYS_UNAVAILABLE', 'no');
    },
  } as unknown as KeyProvider;
  const watch = new KeyStateWatch({ provider, cacheMinutes: 15, clock });
  const changes: string[] = [];
  watch.onChange(({ state }, former) => changes.push(`${former} → ${state}`));
  return { world, watch, changes, provider: new WatchedKeyProvider(provider, (error) => watch.noteFailure(error)) };
}

it('lets reading go on for a quarter of an hour while the provider is away, and writing not', async () => {
  const { world, watch, changes } = house();
  await watch.requireReady();
  world.state = 'DEGRADED';
  world.nowMs = 6000;
  await watch.requireReadable();
  await expect(watch.requireReady()).rejects.toMatchObject({
    code: 'KEYS_UNAVAILABLE',
    kind: 'unavailable',
    retryAfterSeconds: 5,
  });
  expect(watch.current).toMatchObject({
    state: 'DEGRADED',
    since: new Date(1_700_000_006_000),
    readsUntil: new Date(1_700_000_900_000),
  });
  world.nowMs = 900_001;
  await expect(watch.requireReadable()).rejects.toMatchObject({ code: 'KEYS_SEALED' });
  await expect(watch.requireReady()).rejects.toMatchObject({ code: 'KEYS_SEALED' });
  world.state = 'UNSEALING';
  world.nowMs += 1000;
  await expect(watch.requireReadable()).rejects.toMatchObject({ code: 'KEYS_SEALED' });
  world.state = 'READY';
  world.nowMs += 1000;
  await watch.requireReady();
  expect(changes).toEqual([
    'SEALED → READY',
    'READY → DEGRADED',
    'DEGRADED → SEALED',
    'SEALED → UNSEALING',
    'UNSEALING → READY',
  ]);
});

it('asks a provider that is ready every five seconds only, and at once when a call has failed', async () => {
  const { world, watch, provider, changes } = house();
  await watch.requireReady();
  for (let call = 0; call < 100; call++) await watch.requireReady();
  expect(world.asked).toBe(1);
  await expect(provider.describe('hf-organisation')).rejects.toMatchObject({ code: 'KEYS_KEY_MISSING' });
  expect(world.asked).toBe(1);
  world.state = 'DEGRADED';
  await expect(provider.describe('hf-organisation')).rejects.toMatchObject({ code: 'KEYS_UNAVAILABLE' });
  await expect(watch.requireReadable()).resolves.toBeUndefined();
  expect(changes).toEqual(['SEALED → READY', 'READY → DEGRADED']);
});

it('asks once for all who want to know at the same time', async () => {
  const { world, watch } = house();
  await Promise.all(Array.from({ length: 20 }, () => watch.requireReady()));
  expect(world.asked).toBe(1);
});

it('asks by itself once it is started, and no more when it is stopped', async () => {
  const { world, watch } = house();
  world.state = 'SEALED';
  await watch.start();
  world.state = 'READY';
  const changed = new Promise((settle) => watch.onChange(settle));
  await changed;
  expect(watch.current.state).toBe('READY');
  watch.stop();
});

it('goes on when a listener fails', async () => {
  const { watch } = house();
  watch.onChange(() => {
    throw new Error('not me');
  });
  await watch.requireReady();
  expect(watch.current.state).toBe('READY');
});
