import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { analyseDocument, detectType, openDocumentPool, openImagePool } from '../../../libs/media/src/parsers/index.ts';
import { makeDocx, makeFolder, makePdf, makeZip, testSettings } from '../../../libs/media/src/parsers/testing/making-files.ts';

const settings = { ...testSettings, wallSeconds: 15 };
const imagePool = openImagePool(settings);
const documentPool = openDocumentPool(settings);
afterAll(() => Promise.all([imagePool.close(), documentPool.close()]));
const fault = expect.objectContaining({ kind: 'unprocessable' });

function analyse(
  bytes: Buffer | string,
  mediaType = detectType(Buffer.from(bytes as string), Buffer.from(bytes as string)).mediaType,
) {
  const file = join(makeFolder(), 'input');
  writeFileSync(file, bytes);
  return analyseDocument({ file, mediaType, settings, imagePool, documentPool, scratchFolder: makeFolder() });
}

const types = { name: '[Content_Types].xml', content: '<Types/>' };
const body = (content: string, stored = false) => makeZip([types, { name: 'word/document.xml', content, stored }]);

describe('a document that unpacks to more than it may', () => {
  test('300 MB of spaces in 300 KB are not unpacked', async () => {
    const bomb = body(`<w:t>${' '.repeat(300 * 2 ** 20)}</w:t>`);
    expect(bomb.length).toBeLessThan(400_000);
    await expect(analyse(bomb)).rejects.toMatchObject({
      code: 'MEDIA_DOCUMENT_BOMB',
      action: expect.stringContaining('hostile'),
    });
  });

  test('an entry that lies about its size is stopped where it said it would end', async () => {
    const liar = makeZip([
      types,
      { name: 'word/document.xml', content: `<w:t>${'a'.repeat(50 * 2 ** 20)}</w:t>`, claimedSize: 1000 },
    ]);
    await expect(analyse(liar)).rejects.toMatchObject({ code: 'MEDIA_DOCUMENT_UNREADABLE' });
  });

  test('30 000 entries are too many', async () => {
    const many = Array.from({ length: 30_000 }, (_, index) => ({ name: `word/${index}`, content: '', stored: true }));
    await expect(analyse(makeZip([types, ...many]))).rejects.toMatchObject({ code: 'MEDIA_DOCUMENT_BOMB' });
  });

  test('zips within zips are never opened', async () => {
    let inner = makeZip([{ name: 'a.txt', content: 'x'.repeat(1e6) }]);
    for (let depth = 0; depth < 30; depth++) inner = makeZip([{ name: 'inner.zip', content: inner }]);
    expect(detectType(inner, inner)).toMatchObject({ kind: 'unknown', mediaType: 'application/zip' });
    const carrier = makeDocx(['hello'], [{ name: 'word/embeddings/bomb.zip', content: inner }]);
    expect((await analyse(carrier)).pages).toEqual([{ page: 1, text: 'hello' }]);
  });
});

describe('XML that is meant to hurt', () => {
  test('entities neither grow nor read files', async () => {
    const laughs = Array.from({ length: 12 }, (_, n) => `<!ENTITY l${n + 1} "${`&l${n};`.repeat(10)}">`).join('');
    const doctype = `<!DOCTYPE x [<!ENTITY l0 "lol"><!ENTITY f SYSTEM "file:///etc/passwd">${laughs}]>`;
    const { pages } = await analyse(
      body(`<?xml version="1.0"?>${doctype}<w:document><w:p><w:t>safe &l12; &f;</w:t></w:p></w:document>`),
    );
    expect(pages).toEqual([{ page: 1, text: 'safe &l12; &f;' }]);
  });

  test('a million open tags are walked through, not climbed', async () => {
    const { pages } = await analyse(
      body(`${'<w:p>'.repeat(1_000_000)}<w:t>deep</w:t>`, true),
      'application/vnd.openxmlformats-officedocument.wordprocessingml.document',
    );
    expect(pages).toEqual([{ page: 1, text: 'deep' }]);
  });

  test('properties of a strange shape are left out', async () => {
    const strange =
      '<cp:coreProperties><dc:title><a><b/></a></dc:title><__proto__>x</__proto__><constructor>y</constructor></cp:coreProperties>';
    const document = await analyse(
      makeZip([types, { name: 'word/document.xml', content: '<w:t>x</w:t>' }, { name: 'docProps/core.xml', content: strange }]),
    );
    expect(document.title).toBeNull();
    expect(({} as Record<string, unknown>).x).toBeUndefined();
  });

  test('names that climb out of the archive are refused', async () => {
    const climbing = makeZip([
      types,
      { name: 'word/../../../etc/cron.d/evil', content: 'x' },
      { name: 'word/document.xml', content: '<w:t>x</w:t>' },
    ]);
    await expect(analyse(climbing)).rejects.toEqual(fault);
  });
});

describe('PDFs that are meant to hurt', () => {
  test('a page tree that contains itself ends', async () => {
    const loop = makePdf(['x']).toString('latin1').replace('/Kids [4 0 R]', '/Kids [2 0 R]');
    const [result] = await Promise.allSettled([analyse(Buffer.from(loop, 'latin1'))]);
    if (result.status === 'rejected') expect(result.reason).toEqual(fault);
  });

  test('a page as large as a city is drawn at the size of a screen', async () => {
    const vast = makePdf(['x']).toString('latin1').replace('[0 0 612 792]', '[0 0 9999999 9999999]');
    const [result] = await Promise.allSettled([analyse(Buffer.from(vast, 'latin1'))]);
    if (result.status === 'rejected') expect(result.reason).toEqual(fault);
    else for (const { image } of result.value.pageImages) expect(Math.max(image.width, image.height)).toBeLessThanOrEqual(1440);
  });

  test('a PDF cut short anywhere is read or explained', async () => {
    const whole = makePdf(['first', 'second', 'third']);
    for (let cut = 5; cut < whole.length; cut += 150) {
      const [result] = await Promise.allSettled([analyse(whole.subarray(0, cut), 'application/pdf')]);
      if (result.status === 'rejected') expect(result.reason).toEqual(fault);
    }
  });
});

test('markup that never closes ends, quickly', async () => {
  for (const piece of ['<p', '<script>', '<!--', '<', '&', '{\\rtf{', '<a b="']) {
    await analyse(piece.repeat(300_000), piece.startsWith('{') ? 'application/rtf' : 'text/html');
  }
});
