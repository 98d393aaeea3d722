import { expect, test } from 'vitest';
import { hintsAt, placeOf, type SchemaPart } from './schema-keys.ts';

const schema: SchemaPart = {
  properties: {
    redis: { properties: { maxMemoryMb: { description: 'Memory.' } } },
    mover: { properties: { scrub: { properties: { everyDays: { description: 'How often.' } } } } },
    zones: { items: { properties: { name: { description: 'Its name.' }, networks: { description: 'CIDR.' } } } },
    alerts: { properties: { routes: { items: { anyOf: [{ properties: { severity: { description: 'How bad.' } } }] } } } },
  },
};
const at = (text: string) => {
  const place = placeOf(text, text.length);
  return place && hintsAt(schema, place).map(({ name }) => name);
};

test.each<[string, string[] | undefined]>([
  ['', ['redis', 'mover', 'zones', 'alerts']],
  ['re', ['redis']],
  ['profile: evaluation\n# note\nmo', ['mover']],
  ['redis:\n  ', ['maxMemoryMb']],
  ['redis:\n  maxMemoryMb: 5\nmover:\n  scrub:\n    e', ['everyDays']],
  ['mover:\n  scrub:\n    everyDays: 4\n  ', ['scrub']],
  ['zones:\n  - ', ['name', 'networks']],
  ['zones:\n  - name: office\n    n', ['name', 'networks']],
  ['zones:\n- name: office\n  ', ['name', 'networks']],
  ['zones:\n  - name: a\n  - name: b\n    net', ['networks']],
  ['alerts:\n  routes:\n    - ', ['severity']],
  ['redis:\n  maxMemoryMb: 5', undefined],
  ['# a comment', undefined],
])('after %j these keys fit: %j', (text, expected) => {
  expect(at(text)).toEqual(expected);
});
