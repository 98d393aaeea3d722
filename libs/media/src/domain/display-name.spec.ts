import fc from 'fast-check';
import { expect, test } from 'vitest';
import { safeFolder, safeName } from './display-name.ts';

const given: [string, string | Uint8Array, string][] = [
  ['an ordinary name stays', 'Sommer 2024 – Strand (1).jpg', 'Sommer 2024 – Strand (1).jpg'],
  ['emoji with joiners stay', '👩‍👩‍👧 family.jpg', '👩‍👩‍👧 family.jpg'],
  ['a name that begins with a dot stays', '.profile', '.profile'],
  ['the same letter is written one way', 'Cafe\u0301.png', 'Café.png'],
  ['a path leaves its last part', '../../etc/passwd', 'passwd'],
  ['a Windows path leaves its last part', 'C:\\Users\\ada\\photo.jpg', 'photo.jpg'],
  ['traversal by backslash, too', '..\\..\\boot.ini', 'boot.ini'],
  ['a backslash in a name is no separator', 'AC\\DC.mp3', 'AC_DC.mp3'],
  ['NUL goes', 'photo.jpg\0.exe', 'photo.jpg.exe'],
  ['newlines become spaces', 'two\r\nlines\n.txt', 'two lines .txt'],
  ['marks that turn the writing go', 'exe.\u202egpj.photo', 'exe.gpj.photo'],
  ['invisible fillers go', 'a\u200bb\ufeffc.txt', 'abc.txt'],
  ['nothing is called unnamed', '', 'unnamed'],
  ['dots are called unnamed', ' .. ', 'unnamed'],
  ['devices of Windows are no names', 'NUL.txt', '_NUL.txt'],
  ['trailing dots and blanks go', 'report.pdf. . ', 'report.pdf'],
  ['a broken pair becomes a replacement character', 'half\ud83d.png', 'half\ufffd.png'],
  ['bytes that are no UTF-8 become replacement characters', Buffer.from([0x66, 0xff, 0x2e, 0x67]), 'f\ufffd.g'],
];

for (const [sentence, from, to] of given) test(sentence, () => expect(safeName(from).name).toBe(to));

test('four thousand characters are cut to what file systems take, extension kept', () => {
  const { name, givenName } = safeName(`${'ä'.repeat(4000)}.jpeg`);
  expect(Buffer.byteLength(name)).toBeLessThanOrEqual(255);
  expect(name).toMatch(/^ä+….jpeg$/u);
  expect(givenName).toHaveLength(4005);
});

test('what was given is kept readable where it differs, and only there', () => {
  expect(safeName('plain.jpg').givenName).toBeNull();
  expect(safeName('a\nb\0c\u202ed.jpg').givenName).toBe('a\\x0ab\\x00c\\u202ed.jpg');
  expect(safeName(Buffer.from([0xff, 0x2e, 0x67])).givenName).toBe('\\xff.g');
});

test('a letter and its accent come together when what stood between them goes', () => {
  expect(safeName('A\0\u0300.jpg').name).toBe('\u00c0.jpg');
});

test('folders lose what points elsewhere and keep what people made', () => {
  expect(safeFolder('/Holidays/../2024/./Crete//')).toBe('Holidays/2024/Crete');
  expect(safeFolder('C:\\Photos\\2024')).toBe('C:/Photos/2024');
  expect(safeFolder('../../..')).toBe('');
  expect(safeFolder('a/'.repeat(5000)).split('/')).toHaveLength(32);
});

test('whatever comes in, names and folders are safe, bounded and stable', () => {
  const anything = fc.oneof(fc.string({ unit: 'binary', maxLength: 600 }), fc.string({ unit: 'grapheme', maxLength: 600 }));
  fc.assert(
    fc.property(fc.oneof(anything, fc.uint8Array({ maxLength: 600 })), (from) => {
      const { name, givenName } = safeName(from);
      expect(Buffer.byteLength(name)).toBeLessThanOrEqual(255);
      expect(name).not.toMatch(/[/\\\p{Cc}\u202a-\u202e\u2066-\u2069]|^\.{0,2}$|^\s|\s$/u);
      expect(name.isWellFormed() && (givenName ?? '').isWellFormed()).toBe(true);
      expect(givenName ?? '').not.toContain('\0');
      expect(safeName(name)).toEqual({ name, givenName: null });
      const folder = safeFolder(from);
      expect(folder.split('/')).not.toContain('..');
      expect(folder).not.toMatch(/^\/|\/$|\/\/|\0/);
      expect(safeFolder(folder)).toBe(folder);
    }),
    { numRuns: 2000 },
  );
});
