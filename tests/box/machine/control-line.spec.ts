import fc from 'fast-check';
import { expect, it } from 'vitest';
import { readControlLine, requestLine } from './control-line.ts';

it('carries any script and any output on one line', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), fc.nat(255), (text, exit) => {
      const request = requestLine('7', 30, text);
      expect(request.indexOf('\n')).toBe(request.length - 1);
      expect(Buffer.from(request.trim().split(' ')[2] ?? '', 'base64').toString()).toBe(text);
      expect(readControlLine(`7 ${exit} ${Buffer.from(text).toString('base64')}`)).toEqual({ id: '7', exit, output: text });
    }),
  );
});

it('knows a greeting, and takes half a line for none', () => {
  expect(readControlLine('hello 2f1c')).toEqual({ hello: '2f1c' });
  for (const line of ['', 'hello', 'hello ', 'abc', '7 x y']) expect(readControlLine(line)).toBeUndefined();
});
