import { expect, test } from 'vitest';
import { findAccounts, lastAdministrator, sortAccounts } from './account-rules.ts';
import type { Account } from './role-words.ts';

const person = (displayName: string, role: Account['role'], disabled = false): Account => ({
  id: displayName,
  email: `${displayName.toLowerCase()}@museum.example`,
  displayName,
  role,
  disabled,
});
const ada = person('Ada', 'admin');
const emilie = person('Émilie', 'viewer');

test('the last administrator who can sign in stays one', () => {
  expect(lastAdministrator(ada, [ada, emilie])).toMatch(/last administrator/);
  expect(lastAdministrator(ada, [ada, person('Grace', 'admin')])).toBe(false);
  expect(lastAdministrator(ada, [ada, person('Grace', 'admin', true)])).toMatch(/last administrator/);
  expect(lastAdministrator(emilie, [ada, emilie])).toBe(false);
});

test('people stand by name, those who cannot sign in last', () => {
  expect(sortAccounts([person('Zoe', 'viewer'), person('Bo', 'viewer', true), emilie, ada]).map(({ id }) => id)).toEqual([
    'Ada',
    'Émilie',
    'Zoe',
    'Bo',
  ]);
});

test('a name is found without its accents', () => {
  expect(findAccounts([ada, emilie], 'emilie view')).toEqual([emilie]);
  expect(findAccounts([ada, emilie], 'admin')).toEqual([ada]);
  expect(findAccounts([ada, emilie], '')).toHaveLength(2);
});
