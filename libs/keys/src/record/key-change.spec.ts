import { expect, it } from 'vitest';
import type { KeyStateReport } from '../provider/key-state-watch.ts';
import { changeOf, isGuess, isNews } from './key-change.ts';

const since = new Date('2026-11-21T10:00:00Z');
const act = { id: 'a', at: '2026-11-21T09:59:58Z', action: 'keystore.sealed', by: 'alice by command', detail: {} };
const report = (values: Partial<KeyStateReport>): KeyStateReport => ({
  state: 'SEALED',
  reason: 'Somebody has sealed the keystore.',
  since,
  provider: 'embedded',
  readsUntil: null,
  detail: { lastAct: act },
  ...values,
});
const known = (state: KeyStateReport['state'], isNewer = false) => ({ state, isNewerThan: () => isNewer });

it('names who sealed or unsealed, where that was just before', () => {
  expect(changeOf(report({}))).toMatchObject({ act: { id: 'a', by: 'alice by command' } });
  expect(changeOf(report({ state: 'READY' })).act).toBeNull();
  expect(changeOf(report({ since: new Date('2026-11-21T10:05:00Z') })).act).toBeNull();
  expect(changeOf(report({ detail: {} })).act).toBeNull();
});

it('is news once, and only where nobody has seen anything newer', () => {
  const change = changeOf(report({}));
  expect(isNews(change, known('READY'))).toBe(true);
  expect(isNews(change, known('SEALED'))).toBe(false);
  expect(isNews(change, known('READY', true))).toBe(false);
});

it('a process that has never reached the provider speaks for the appliance only where nobody else has noticed', () => {
  const away = report({ detail: { code: 'KEYS_UNAVAILABLE' } });
  expect(isGuess(away)).toBe(true);
  expect(isGuess(report({}))).toBe(false);
  expect(isNews(changeOf(away, true), known('READY'))).toBe(true);
  expect(isNews(changeOf(away, true), known('DEGRADED'))).toBe(false);
});
