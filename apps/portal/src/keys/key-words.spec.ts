import { expect, test } from 'vitest';
import { cannotRotate, eventWords, ownerWords, rotationShare, sealWords, shareWords, versionWords } from './key-words.ts';

test('the seal and its recovery shares are told, or that nobody can say', () => {
  expect(sealWords({ provider: 'embedded', seal: 'passphrase', boundTo: null })).toEqual({
    title: 'Passphrase',
    means: 'typed after every start',
  });
  expect(sealWords({ provider: 'embedded', seal: null, boundTo: null })).toMatchObject({ means: 'not known now' });
  expect(sealWords({ provider: 'vault', seal: null, boundTo: null })).toMatchObject({ title: 'Vault' });
  const machine = (boundTo: string) => sealWords({ provider: 'embedded', seal: 'systemd-creds', boundTo });
  expect(machine('host+tpm2')).toEqual({ title: 'Machine, TPM 2', means: 'opens on this board alone' });
  expect(machine('host')).toMatchObject({ title: 'Machine, no TPM', tone: 'warn' });
  const recoveryShares = { threshold: 3, shares: 5, createdAt: '2026-11-21T10:00:00Z' };
  expect(shareWords({ provider: 'embedded', seal: 'file', recoveryShares })).toBe('3 of 5 open it');
  expect(shareWords({ provider: 'embedded', seal: 'file', recoveryShares: null })).toBe('None were made');
  expect(shareWords({ provider: 'vault', seal: null, recoveryShares: null })).toBeUndefined();
});

test('while the keys are away nothing can be rotated, and it is said why', () => {
  expect(cannotRotate('READY')).toBe(false);
  expect(cannotRotate('SEALED')).toBe('The keys are sealed: nothing is rotated until they are ready.');
});

test('a key says whose it is, also when they are gone', () => {
  expect(ownerWords({ kind: 'organisation', subject: null })).toBe('The organisation');
  expect(ownerWords({ kind: 'person', subject: 'Ada' })).toBe('Ada');
  expect(ownerWords({ kind: 'collection', subject: null })).toMatch(/no longer here/);
});

test('versions say how much they wrap', () => {
  const at = '2026-11-21T10:00:00Z';
  const version = (number: number, dataKeys: number, keys: number) =>
    ({ version: number, state: 'old', madeAt: at, replacedAt: null, dataKeys, keys }) as const;
  expect(versionWords({ versions: [version(3, 4, 1), version(2, 17, 0)] })).toBe('v3: 5 · v2: 17');
});

test('a rotation that has nothing to wrap is done', () => {
  expect(rotationShare({ rewrapped: 0, remaining: 0 })).toBe(1);
  expect(rotationShare({ rewrapped: 30, remaining: 90 })).toBe(0.25);
  expect(rotationShare({ rewrapped: 30, remaining: null })).toBe(1);
});

test('what happened is told in words, refusals as such, and what is not known by its name', () => {
  expect(eventWords('keys.sealed')).toEqual({ words: 'Sealed.', tone: 'bad' });
  expect(eventWords('keystore.shares-made-refused')).toEqual({ words: 'Refused:', tone: 'bad' });
  expect(eventWords('keystore.moved').words).toBe('keystore.moved:');
});
