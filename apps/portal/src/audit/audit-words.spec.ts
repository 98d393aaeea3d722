import { expect, test } from 'vitest';
import { aboutOf, deedWords } from './audit-words.ts';

const about = (detail: Record<string, unknown>, id = '1') => aboutOf({ detail, target: { kind: 'asset', id } });

test('a deed says what it was about, as far as it was written down', () => {
  expect(about({ name: 'a.jpg', folder: '', sha256: 'ab', sizeBytes: 3 })).toBe('a.jpg');
  expect(about({ from: 'beach', to: 'seaside' })).toBe('beach → seaside');
  expect(about({ name: 'Fair', assetIds: ['1', '2'] })).toBe('Fair, 2 assets');
  expect(about({ email: 'ada@museum.example', role: 'viewer' })).toBe('ada@museum.example, role viewer');
  expect(about({ disabled: true })).toBe('disabled');
  expect(about({ address: '192.0.2.7' })).toBe('from 192.0.2.7');
});

test('what was not written down is not invented', () => {
  expect(about({})).toBe('');
  expect(about({}, 'several')).toBe('several of kind asset');
  expect(about({ from: { name: 'a' }, to: { name: 'b' } })).toBe('');
});

test('an unknown deed keeps its name', () => {
  expect(deedWords('vault.sealed')).toBe('vault.sealed');
});
