import { expect, test } from 'vitest';
import { certificateFile, readCertificate } from './certificate.ts';
import { idIn, namesSubject, reachInWords, stepsOf, takenInWords } from './erasure-words.ts';

test('the steps say which are done, which is under way and which wait', () => {
  const stands = (subjectKind: 'person' | 'asset', state: Parameters<typeof stepsOf>[0]['state']) =>
    stepsOf({ subjectKind, state }).map((step) => step.stands);
  expect(stands('person', 'handing-over')).toEqual(['now', 'waits', 'waits']);
  expect(stands('person', 'removing')).toEqual(['done', 'now', 'waits']);
  expect(stands('asset', 'destroying')).toEqual(['done', 'now']);
  expect(stands('asset', 'done')).toEqual(['done', 'done']);
});

test('what goes and what stays is said of people, collections and assets', () => {
  const reach = { assets: 312, bytes: 4.1e9, shared: 17, held: 0 };
  expect(reachInWords({ kind: 'person' }, reach).slice(0, 2)).toEqual([
    '312 assets, 4.10 GB, that nobody else brought go for good, with all that was made of them.',
    '17 assets that others brought, too, stay and are theirs from then on.',
  ]);
  expect(reachInWords({ kind: 'person' }, { ...reach, assets: 0, shared: 0 })[0]).toMatch(/^Nothing that only they/);
  expect(reachInWords({ kind: 'collection' }, reach)[1]).toMatch(/collection itself goes/);
  expect(reachInWords({ kind: 'asset' }, { ...reach, assets: 1 })).toHaveLength(1);
});

test('what an erasure took is told with what it handed over', () => {
  expect(takenInWords({ assets: 1, bytes: 1500, handedOver: 0 })).toBe('1 asset, 1.50 kB');
  expect(takenInWords({ assets: 0, bytes: 0, handedOver: 2 })).toBe('nothing; 2 assets handed over');
});

test('the name that is typed must be the whole name', () => {
  const subject = { confirm: 'Kim@Observatory.example' };
  expect([' kim@observatory.example ', 'kim', ''].map((typed) => namesSubject(typed, subject))).toEqual([true, false, false]);
});

test('an asset is found by its id or by its address', () => {
  const id = '0192f0aa-0001-7000-8000-000000000007';
  expect(idIn(id.toUpperCase())).toBe(id);
  expect(idIn(`https://media.example/assets/${id}?tab=text`)).toBe(id);
  expect(idIn('harbour-00012.jpg')).toBeUndefined();
});

test('a certificate is read as far as it is one, and saved as it was signed', () => {
  const certificate = {
    certificate: {
      format: 'holdfast-erasure-certificate-1',
      destroyedAt: '2026-11-21T10:00:00.000Z',
      backupsUnreadableAt: null,
    },
    publicKey: 'cHVibGlj',
    signature: 'c2lnbmVk',
  };
  expect(readCertificate(certificate)).toEqual({
    destroyedAt: '2026-11-21T10:00:00.000Z',
    backupsUnreadableAt: null,
    publicKey: 'cHVibGlj',
  });
  expect(readCertificate({ ...certificate, certificate: { format: 'another' } })).toBeUndefined();
  expect(readCertificate(null)).toBeUndefined();
  const { name, text } = certificateFile({ id: 'x', certificate });
  expect(name).toBe('erasure-x.json');
  expect(JSON.parse(text)).toEqual(certificate);
});
