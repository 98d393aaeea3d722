import { describe, expect, test } from 'vitest';
import { HoldfastError } from '#kernel';
import { attempt, judgeFailure, starvedTries } from './step-failure.ts';

const broken = new HoldfastError('MEDIA_IMAGE_UNREADABLE', { kind: 'unprocessable', message: 'It is no picture.' });
const crash = new HoldfastError('SANDBOX_KILLED', { kind: 'unprocessable', message: 'The parser crashed.' });
const away = new HoldfastError('STORAGE_IO', { kind: 'unavailable', message: 'The disk is away.' });

describe('what an error of a step means', () => {
  test('a file that its parser refuses has failed for good, without a dead letter', () => {
    expect(judgeFailure(broken, { attempt: 1, isLastAttempt: false })).toBe('final');
  });

  test('a crash is tried once more, then thrown as the fault of its file', () => {
    expect(judgeFailure(crash, { attempt: 1, isLastAttempt: false })).toMatchObject({ code: 'SANDBOX_KILLED', fault: 'world' });
    expect(judgeFailure(crash, { attempt: 2, isLastAttempt: false })).toBe(crash);
    expect(judgeFailure(crash, { attempt: 1, isLastAttempt: true })).toBe(crash);
  });

  const timeout = (cpuMs: number, signal = 'SIGKILL') =>
    new HoldfastError('SANDBOX_TIMEOUT', {
      kind: 'unprocessable',
      message: 'It took longer than 60 s.',
      values: { cpuMs, wallSeconds: 60, signal },
    });

  test('a parser that used all of its time is tried once more, then blamed on its file', () => {
    for (const spent of [timeout(59_000), timeout(900, 'SIGXCPU')]) {
      expect(judgeFailure(spent, { attempt: 1, isLastAttempt: false })).toMatchObject({ fault: 'world', kind: 'timeout' });
      expect(judgeFailure(spent, { attempt: 2, isLastAttempt: false })).toBe(spent);
    }
  });

  test('a parser that never got its time waits for the machine, even beyond the attempts of its queue', () => {
    const starved = timeout(12_000);
    for (let tried = 1; tried < starvedTries; tried++)
      expect(judgeFailure(starved, { attempt: tried, isLastAttempt: tried >= 4 })).toMatchObject({
        kind: 'unavailable',
        message: expect.stringContaining('only 12.0 s of a processor'),
      });
  });

  test('a parser that sleeps looks the same, and is blamed on its file in the end', () => {
    const asleep = timeout(20);
    expect(judgeFailure(asleep, { attempt: starvedTries, isLastAttempt: true })).toBe(asleep);
  });

  test('the world is tried again', () => {
    expect(judgeFailure(away, { attempt: 3, isLastAttempt: false })).toBe(away);
  });
});

test('a part that fails for its file alone leaves the other parts standing; a crash or the world does not', async () => {
  expect(await attempt(async () => 7)).toEqual({ value: 7 });
  expect(await attempt(() => Promise.reject(broken))).toEqual({ error: broken });
  await expect(attempt(() => Promise.reject(crash))).rejects.toBe(crash);
  await expect(attempt(() => Promise.reject(away))).rejects.toBe(away);
});
