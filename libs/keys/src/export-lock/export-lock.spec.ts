import fc from 'fast-check';
import { expect, test } from 'vitest';
import { newId } from '#kernel';
import { ExportLock, exportLockSchema } from './export-lock.ts';
import { newPassphraseBytes, passphraseBytes } from './passphrase-rule.ts';

const passphrase = passphraseBytes('correct horse battery staple');
const refused = (code: string) => expect.objectContaining({ code });

test('a lock opens with its passphrase, for its export alone, and gives the same data keys again', async () => {
  const exportId = newId();
  const { lock, record } = await ExportLock.make(exportId, passphrase);
  expect(exportLockSchema.parse(JSON.parse(JSON.stringify(record)))).toEqual(record);
  const fileId = newId();
  const { dataKey, wrapped } = lock.newDataKey(fileId);
  const again = await ExportLock.open(exportId, record, passphrase);
  expect(again.openDataKey(fileId, wrapped).equals(dataKey)).toBe(true);
  expect(again.openDataKey(exportId, record.catalogueKey)).toHaveLength(32);
  expect(() => again.openDataKey(newId(), wrapped)).toThrow(refused('KEYS_CIPHERTEXT_INVALID'));
  await expect(ExportLock.open(newId(), record, passphrase)).rejects.toThrow(refused('KEYS_PASSPHRASE_WRONG'));
  await expect(ExportLock.open(exportId, record, passphraseBytes('another'))).rejects.toThrow(refused('KEYS_PASSPHRASE_WRONG'));
  lock.close();
  expect(() => lock.openDataKey(fileId, wrapped)).toThrow(refused('KEYS_CIPHERTEXT_INVALID'));
  expect(() => lock.newDataKey(fileId)).toThrow(refused('KEYS_LOCK_CLOSED'));
});

test('a record that asks for endless memory or another derivation is refused before anything is derived', async () => {
  const { record } = await ExportLock.make(newId(), passphrase);
  for (const change of [{ log2n: 21 }, { log2n: 2 }, { p: 1000 }, { r: 32 }, { name: 'pbkdf2' }, { salt: '' }])
    expect(exportLockSchema.safeParse({ ...record, kdf: { ...record.kdf, ...change } }).success).toBe(false);
});

test.each([
  '',
  'short',
  'elevenchars',
  'aaaaaaaaaaaaaaaa',
  'abababababababab',
  'passwordpassword',
  'abcdefghijklmnop',
  '9876543210987',
])('the passphrase “%s” is refused, with the rule', (text) => {
  expect(() => newPassphraseBytes(text)).toThrow(
    expect.objectContaining({ code: 'KEYS_PASSPHRASE_WEAK', message: expect.stringContaining('12 characters') }),
  );
});

test('any passphrase of ordinary words is taken, and typed on another keyboard it is the same', () => {
  const words = fc.array(fc.constantFrom('correct', 'horse', 'battery', 'staple', 'Zürich', '鯨', 'löwe'), {
    minLength: 4,
    maxLength: 8,
  });
  fc.assert(
    fc.property(
      words.filter((list) => new Set(list).size > 2),
      (list) => {
        const text = list.join(' ');
        expect(newPassphraseBytes(text.normalize('NFD')).equals(newPassphraseBytes(text.normalize('NFC')))).toBe(true);
      },
    ),
  );
  expect(() => newPassphraseBytes('correct horse '.repeat(100).concat('!'))).toThrow('at most 1024');
});
