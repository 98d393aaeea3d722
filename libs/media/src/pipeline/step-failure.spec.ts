import { describe, expect, test } from 'vitest';
import { HoldfastError } from '#kernel';
import { attempt, judgeFailure } from './step-failure.ts';

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
