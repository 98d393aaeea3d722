import { join, sep } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { exportedPath } from './export-path.ts';

const hostile = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 80 }),
  fc
    .array(fc.constantFrom('..', '.', '/', '\\', 'C:', '~', 'a', '\0', '\n', '\u202e', '\u2215', ' ', '…', 'con', '//'), {
      maxLength: 20,
    })
    .map((parts) => parts.join('')),
);

test('whatever a catalogue says, what it names lies below the folder that was given', () => {
  fc.assert(
    fc.property(hostile, hostile, (folder, name) => {
      const path = exportedPath({ folder, name });
      const full = join('/target', path);
      expect(full.startsWith(`/target${sep}`)).toBe(true);
      expect(path.split('/').some((part) => part === '..' || part === '.' || part === '')).toBe(false);
      expect(path).not.toMatch(/[\p{Cc}\\\u202e]/u);
      for (const part of path.split('/')) expect(Buffer.byteLength(part)).toBeLessThanOrEqual(255);
    }),
    { numRuns: 2000 },
  );
});

test.each([
  [{ folder: '../../etc', name: 'passwd' }, 'etc/passwd'],
  [{ folder: '/etc', name: '../../shadow' }, 'etc/shadow'],
  [{ folder: 'a/./..//b', name: '..' }, 'a/b/unnamed'],
  [{ folder: '', name: 'x\0y.jpg' }, 'xy.jpg'],
])('%j is written as %s', (named, path) => {
  expect(exportedPath(named)).toBe(path);
});
