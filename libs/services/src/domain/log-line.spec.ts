import fc from 'fast-check';
import { expect, test } from 'vitest';
import { cleanText, readLogLine } from './log-line.ts';

test.each([
  [
    '{"level":40,"time":"2026-11-22T01:02:03.004Z","pid":7,"hostname":"box","component":"keys","msg":"The provider is away","err":{"message":"refused"},"tries":3}',
    { at: '2026-11-22T01:02:03.004Z', level: 'warn', text: 'keys: The provider is away (refused) {"tries":3}' },
  ],
  ['{"level":60,"time":1790000000000,"msg":"gone"}', { at: '2026-09-21T14:13:20.000Z', level: 'error', text: 'gone' }],
  [
    '2026-11-22 01:02:03.004 UTC [77] hf_app@holdfast ERROR:  relation "x" does not exist',
    {
      at: '2026-11-22T01:02:03.004Z',
      level: 'error',
      text: '[77] hf_app@holdfast ERROR: relation "x" does not exist'.replace('ERROR: ', 'ERROR:  '),
    },
  ],
  ['2026-11-22 01:02:03.004 UTC [77] LOG:  ready', { at: '2026-11-22T01:02:03.004Z', level: 'info', text: '[77] LOG:  ready' }],
  ['77:M 22 Nov 2026 01:02:03.004 # WARNING: memory', { at: expect.any(String), level: 'warn', text: 'WARNING: memory' }],
  ['{"level":"no number"}', { at: null, level: null, text: '{"level":"no number"}' }],
  ['    at main (file.js:1:2)', { at: null, level: null, text: '    at main (file.js:1:2)' }],
])('%j is read', (line, expected) => {
  expect(readLogLine(line)).toEqual(expected);
});

test.each([
  ['http://127.0.0.1:8000/setup#token=abcDEF123', 'abcDEF123'],
  ['password=hunter22 next', 'hunter22'],
  ['"passphrase": "correct horse"', 'correct'],
  ['"passphrase": "correct horse"', 'horse'],
  ["secret='two words'", 'words'],
  ['{"level":30,"time":1,"msg":"{\\"token\\":\\"abcd1234\\"}"}', 'abcd1234'],
  ['Authorization: Basic YWRhOmxvdmU=', 'YWRhOmxvdmU='],
  ['Authorization: Bearer eyJhbGciOi.J9', 'eyJhbGciOi'],
  ['postgres://hf_app:s3cr3t@localhost/db', 's3cr3t'],
  ['{"level":30,"time":1,"msg":"x","api_key":"k-1234"}', 'k-1234'],
])('of %j the secret is not shown', (line, secret) => {
  const { text } = readLogLine(line);
  expect(text).not.toContain(secret);
  expect(text).toContain('[secret]');
});

test('whatever a line holds, what is shown has no control characters and an end', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 1500 }), (line) => {
      const { text } = readLogLine(line);
      expect(text).not.toMatch(/\p{Cc}/u);
      expect(text.length).toBeLessThanOrEqual(4200);
    }),
  );
  expect(cleanText('\u001b[31mred\u001b[0m\u0007')).toBe('red ');
});
