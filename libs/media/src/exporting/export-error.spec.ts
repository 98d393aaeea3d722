import { expect, test } from 'vitest';
import { HoldfastError } from '#kernel';
import { endsExport, writeFailed, writingTo } from './export-error.ts';

const system = (code: string) => Object.assign(new Error(`${code}: the system says so`), { code });

test.each([
  ['ENOSPC', 'EXPORT_FOLDER_FULL', 'storage-full', true],
  ['EDQUOT', 'EXPORT_FOLDER_FULL', 'storage-full', true],
  ['EACCES', 'EXPORT_FOLDER_UNWRITABLE', 'invalid', true],
  ['EROFS', 'EXPORT_FOLDER_UNWRITABLE', 'invalid', true],
  ['EFBIG', 'EXPORT_FILE_TOO_LARGE', 'too-large', false],
])('%s while writing is %s; whether that ends the export follows from it', (errno, code, kind, ends) => {
  const error = writeFailed('/mnt/disk', system(errno));
  expect(error).toMatchObject({ code, kind, message: expect.stringContaining('/mnt/disk') });
  expect(endsExport(error)).toBe(ends);
});

test('what is no fault of the folder passes through as it is', async () => {
  const damaged = new HoldfastError('STORAGE_OBJECT_DAMAGED', { kind: 'corrupted', message: 'Rot.' });
  await expect(writingTo('/mnt/disk', () => Promise.reject(damaged))).rejects.toBe(damaged);
  expect(endsExport(damaged)).toBe(false);
});
