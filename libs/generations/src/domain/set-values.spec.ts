import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { readAssignment, setValues } from './set-values.ts';

const resolved = {
  redis: { maxMemoryMb: 128 },
  mover: { window: { from: '01:00', to: '06:00' } },
  tiers: [
    { name: 'hot', path: 'objects', lowPercent: 75 },
    { name: 'cold', path: 'cold', lowPercent: 75 },
  ],
  workloads: [{ id: 'os', threads: 2 }],
};
const set = (text: string, ...words: string[]) => setValues(text, words.map(readAssignment), resolved);

test('a value changes, and nothing else of the text', () => {
  const text = '# top\nredis: # the cache\n  # why\n  maxMemoryMb: 256 # asked for\n\n# end\n';
  expect(set(text, 'redis.maxMemoryMb=512')).toBe(text.replace('256', '512'));
  expect(set('mover: { window: { from: "02:00" } } # night\n', 'mover.window.from=03:30')).toBe(
    'mover: { window: { from: "03:30" } } # night\n',
  );
  const aligned = 'redis:   { maxMemoryMb:   128 }   # the cache\nprofile: evaluation\n';
  expect(set(aligned, 'redis.maxMemoryMb=64')).toBe(aligned.replace('128', '64'));
  expect(set('a: "x" # b\n', 'a=5')).toBe('a: 5 # b\n');
  expect(set('a: 5\n', 'a="5"')).toBe('a: "5"\n');
});

test('what is not there yet is added', () => {
  expect(set('profile: evaluation\n', 'redis.maxMemoryMb=512')).toBe('profile: evaluation\nredis:\n  maxMemoryMb: 512\n');
  expect(set('redis:\n', 'redis.maxMemoryMb=512')).toBe('redis:\n  maxMemoryMb: 512\n');
  expect(parse(set('', 'redis.maxMemoryMb=512'))).toEqual({ redis: { maxMemoryMb: 512 } });
});

test('values are YAML: nothing, lists, maps and texts', () => {
  const values = {
    'a=null': null,
    'a=[x, 2]': ['x', 2],
    'a={ b: true }': { b: true },
    'a="01:00"': '01:00',
    'a=1=2': '1=2',
    'a=': null,
  };
  for (const [word, value] of Object.entries(values)) expect(parse(set('a: 1\n', word))).toEqual({ a: value });
});

test('an entry of a list is named, and a list of the profile comes along whole', () => {
  const text = set('profile: evaluation\n', 'tiers.cold.lowPercent=60', 'workloads.0.threads=4');
  expect(parse(text)).toEqual({
    profile: 'evaluation',
    tiers: [resolved.tiers[0], { ...resolved.tiers[1], lowPercent: 60 }],
    workloads: [{ id: 'os', threads: 4 }],
  });
  expect(() => set('', 'tiers.warm.lowPercent=1')).toThrow(expect.objectContaining({ code: 'CONFIG_KEY_UNKNOWN' }));
});

test.each(['', 'redis', '=1', 'a..b=1', 'a b=1', 'a=[', 'a=*x'])('"%s" sets nothing', (word) => {
  expect(() => readAssignment(word)).toThrow(expect.objectContaining({ code: 'CONFIG_ASSIGNMENT_INVALID' }));
});

const word = fc.stringMatching(/^[a-z][a-zA-Z]{0,8}$/);
const comment = fc.stringMatching(/^[a-z ,;:'"{}[\]-]{0,30}$/).map((text) => `# ${text}`.trimEnd());
const scalar = fc.oneof(fc.integer(), fc.boolean(), fc.constant(null), fc.string({ maxLength: 12 }));
const sections = fc.uniqueArray(
  fc.record({
    key: word,
    above: comment,
    beside: comment,
    values: fc.uniqueArray(fc.record({ key: word, value: scalar, beside: comment }), {
      minLength: 1,
      maxLength: 4,
      selector: ({ key }) => key,
    }),
  }),
  { minLength: 1, maxLength: 5, selector: ({ key }) => key },
);

test('whatever is set, all comments stay in their order, all other values as they are, and setting it again changes nothing', () => {
  fc.assert(
    fc.property(sections, fc.nat(), fc.nat(), scalar, (written, first, second, value) => {
      const text = written
        .flatMap(({ key, above, beside, values }) => [
          above,
          `${key}: ${beside}`,
          ...values.map((one) => `  ${one.key}: ${JSON.stringify(one.value)} ${one.beside}`),
        ])
        .join('\n');
      const section = written[first % written.length];
      const entry = section?.values[second % section.values.length];
      const key = `${section?.key}.${entry?.key}`;
      const fresh = set(text, `${key}=${JSON.stringify(value)}`);
      const before = parse(text) as Record<string, Record<string, unknown>>;
      (before[section?.key ?? ''] as Record<string, unknown>)[entry?.key ?? ''] = value;
      expect(parse(fresh)).toEqual(before);
      expect(Object.keys(parse(fresh))).toEqual(Object.keys(before));
      const expected = written.flatMap(({ above, beside, values }) => [above, beside, ...values.map((one) => one.beside)]);
      let from = 0;
      for (const one of expected) {
        const found = fresh.indexOf(one, from);
        expect(found, `${one} in ${fresh}`).toBeGreaterThanOrEqual(from);
        from = found + one.length;
      }
      expect(set(fresh, `${key}=${JSON.stringify(value)}`)).toBe(fresh);
    }),
  );
});
