import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parseNginxFigures } from './nginx-figures.ts';

test('the page of nginx is read as it writes it', () => {
  const page =
    'Active connections: 291 \nserver accepts handled requests\n 16630948 16630946 31070465 \nReading: 6 Writing: 179 Waiting: 106 \n';
  expect(parseNginxFigures(page)).toEqual({
    connections: { active: 291, reading: 6, writing: 179, waiting: 106 },
    counters: { accepted: 16_630_948, handled: 16_630_946, requests: 31_070_465 },
  });
});

test('what is no such page gives no figures', () => {
  for (const text of ['', '<html>404</html>', 'Active connections: 1 \nserver accepts handled requests\n 1 1 1 \n'])
    expect(parseNginxFigures(text)).toBeUndefined();
  fc.assert(fc.property(fc.string(), (text) => parseNginxFigures(text) === undefined));
});
