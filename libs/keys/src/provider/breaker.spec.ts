import { expect, it } from 'vitest';
import { Breaker } from './breaker.ts';
import { keyError } from './key-error.ts';

const away = () => Promise.reject(keyError('KEYS_UNAVAILABLE', 'away'));

async function fails(breaker: Breaker, work: () => Promise<unknown> = away): Promise<boolean> {
  let isTried = false;
  await expect(
    breaker.run(() => {
      isTried = true;
      return work();
    }),
  ).rejects.toThrow();
  return isTried;
}

it('fails at once after two failures, tries again after a second, and doubles its patience up to half a minute', async () => {
  let nowMs = 0;
  const breaker = new Breaker(() => nowMs);
  expect(await fails(breaker)).toBe(true);
  expect(await fails(breaker)).toBe(true);
  for (const pause of [1000, 2000, 4000, 8000, 16_000, 30_000, 30_000]) {
    nowMs += pause - 1;
    expect(await fails(breaker)).toBe(false);
    nowMs += 1;
    expect(await fails(breaker)).toBe(true);
  }
});

it('is closed again by one answer, also by a refusal', async () => {
  let nowMs = 0;
  const breaker = new Breaker(() => nowMs);
  await fails(breaker);
  await fails(breaker);
  nowMs += 1000;
  await fails(breaker, () => Promise.reject(keyError('KEYS_CIPHERTEXT_INVALID', 'no')));
  expect(await fails(breaker)).toBe(true);
  expect(await breaker.run(async () => 1)).toBe(1);
});
