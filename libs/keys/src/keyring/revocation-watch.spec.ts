import { expect, test } from 'vitest';
import { type Destroyed, RevocationWatch } from './revocation-watch.ts';

test('it is asked once a second at most what was destroyed, and each tombstone is told of once', async () => {
  let now = 5000;
  const written: Destroyed[] = [{ sequence: 1, organisationId: 'museum' }];
  const asked: number[] = [];
  const told: string[] = [];
  const destroyedSince = async (seconds: number) => {
    asked.push(seconds);
    return written;
  };
  const clock = { now: () => new Date(), monotonicMs: () => now };
  const watch = new RevocationWatch(destroyedSince, (organisationId) => told.push(organisationId), clock);
  await Promise.all([watch.ensureFresh(), watch.ensureFresh()]);
  now += 999;
  await watch.ensureFresh();
  expect([asked.length, told]).toEqual([1, ['museum']]);
  now += 1;
  await watch.ensureFresh();
  written.push({ sequence: 2, organisationId: 'archive' });
  now += 60_000;
  await watch.ensureFresh();
  expect(told).toEqual(['museum', 'archive']);
  // Each question reaches back over all the time since the last, and some more.
  expect(asked).toEqual([120, 121, 180]);
});

test('a question that fails leaves nothing usable, and the next use asks again', async () => {
  let isAway = true;
  const watch = new RevocationWatch(
    async () => {
      if (isAway) throw new Error('away');
      return [];
    },
    () => {},
  );
  await expect(watch.ensureFresh()).rejects.toThrow('away');
  isAway = false;
  await watch.ensureFresh();
});
