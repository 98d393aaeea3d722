import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, test, vi } from 'vitest';
import { openImagePool } from '../analyse-image.ts';
import { detectType } from '../detect/detect-type.ts';
import { makeDocx, makeFolder, makePdf, makeScene, makeZip, testSettings as settings } from '../testing/making-files.ts';
import { analyseDocument, openDocumentPool } from './analyse-document.ts';

// Real tools run here, and other work may run beside them.
vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

const imagePool = openImagePool(settings);
const documentPool = openDocumentPool(settings);
afterAll(() => Promise.all([imagePool.close(), documentPool.close()]));

async function analyse(bytes: Buffer | string, rest = {}, name = '') {
  const scratchFolder = makeFolder();
  const file = join(makeFolder(), 'input');
  writeFileSync(file, bytes);
  const whole = Buffer.from(bytes as string);
  const { mediaType } = detectType(whole, whole, name);
  const result = await analyseDocument({ file, mediaType, settings, imagePool, documentPool, scratchFolder, ...rest });
  expect(readdirSync(scratchFolder)).toEqual([]);
  return result;
}

test('a PDF gives its text by page, its properties and pictures of its first pages', async () => {
  const pdf = await analyse(makePdf(['Launch of the rocket', 'Second page', 'Third page']), { picturePages: 2 });
  expect(pdf).toMatchObject({
    format: 'pdf',
    pageCount: 3,
    title: 'Mission report',
    author: 'Bob',
    createdAt: '2024-05-01T10:00:00.000Z',
    pages: [
      { page: 1, text: 'Launch of the rocket' },
      { page: 2, text: 'Second page' },
      { page: 3, text: 'Third page' },
    ],
  });
  expect(pdf.pageImages.map(({ page, image }) => [page, image.height])).toEqual([
    [1, 1440],
    [2, 1440],
  ]);
  expect(pdf.pageImages[0]?.image.renditions.map(({ height }) => height)).toEqual([250, 1440]);
});

test('a broken PDF is explained', async () => {
  await expect(analyse('%PDF-1.4 and then nothing')).rejects.toMatchObject({
    code: 'MEDIA_PDF_UNREADABLE',
    kind: 'unprocessable',
  });
});

test('a Word file gives paragraphs, notes, properties and its thumbnail', async () => {
  const thumbnail = await (await makeScene(256, 192)).jpeg().toBuffer();
  const docx = await analyse(
    makeDocx(
      ['Rocket &amp; <w:tab/>launch'.replace('<w:tab/>', '</w:t><w:tab/><w:t>'), 'Zeile zwei äöü'],
      [
        { name: 'word/footnotes.xml', content: '<w:footnotes><w:p><w:t>a note</w:t></w:p></w:footnotes>' },
        { name: 'docProps/thumbnail.jpeg', content: thumbnail },
      ],
    ),
  );
  expect(docx).toMatchObject({
    format: 'docx',
    title: 'Launch plan',
    author: 'Ann',
    keywords: ['rocket', 'plan'],
    createdAt: '2024-05-01T10:00:00.000Z',
  });
  expect(docx.pages).toEqual([{ page: 1, text: 'Rocket & \tlaunch\nZeile zwei äöü\na note' }]);
  expect(docx.pageImages[0]?.image.width).toBe(256);
});

test('slides are pages, in their order and with their notes', async () => {
  const slide = (text: string) => `<p:sld><a:p><a:r><a:t>${text}</a:t></a:r></a:p></p:sld>`;
  const pptx = await analyse(
    makeZip([
      { name: '[Content_Types].xml', content: '<Types/>' },
      { name: 'ppt/slides/slide10.xml', content: slide('ten') },
      { name: 'ppt/slides/slide2.xml', content: slide('two') },
      { name: 'ppt/slides/_rels/slide2.xml.rels', content: '<Relationship Target="../notesSlides/notesSlide1.xml"/>' },
      { name: 'ppt/notesSlides/notesSlide1.xml', content: slide('remember the fuel') },
    ]),
  );
  expect(pptx).toMatchObject({
    format: 'pptx',
    pageCount: 2,
    pages: [
      { page: 1, text: 'two\nremember the fuel' },
      { page: 2, text: 'ten' },
    ],
  });
});

test('sheets are pages of rows', async () => {
  const xlsx = await analyse(
    makeZip([
      { name: '[Content_Types].xml', content: '<Types/>' },
      { name: 'xl/workbook.xml', content: '<workbook><sheets><sheet name="Sums" sheetId="1"/></sheets></workbook>' },
      { name: 'xl/sharedStrings.xml', content: '<sst><si><t>alpha</t></si><si><r><t>be</t></r><r><t>ta</t></r></si></sst>' },
      {
        name: 'xl/worksheets/sheet1.xml',
        content:
          '<worksheet><row><c t="s"><v>0</v></c><c><v>3.5</v></c></row><row><c t="s"><v>1</v></c><c t="inlineStr"><is><t>in line</t></is></c></row></worksheet>',
      },
    ]),
  );
  expect(xlsx.pages).toEqual([{ page: 1, text: 'Sums\nalpha\t3.5\nbeta\tin line' }]);
});

test('OpenDocument text, with spaces and headings', async () => {
  const odt = await analyse(
    makeZip([
      { name: 'mimetype', content: 'application/vnd.oasis.opendocument.text', stored: true },
      {
        name: 'content.xml',
        content: '<office:text><text:h>Head</text:h><text:p>a<text:s text:c="3"/>b</text:p><text:p/></office:text>',
      },
      {
        name: 'meta.xml',
        content: '<office:document-meta><office:meta><dc:title>Odt</dc:title></office:meta></office:document-meta>',
      },
    ]),
  );
  expect(odt).toMatchObject({ format: 'odt', title: 'Odt', pages: [{ page: 1, text: 'Head\na   b' }] });
});

test('a document with a password says so', async () => {
  const manifest = '<manifest:manifest><manifest:encryption-data/></manifest:manifest>';
  const locked = makeZip([
    { name: 'mimetype', content: 'application/vnd.oasis.opendocument.text', stored: true },
    { name: 'META-INF/manifest.xml', content: manifest },
  ]);
  await expect(analyse(locked)).rejects.toMatchObject({ code: 'MEDIA_DOCUMENT_ENCRYPTED' });
});

test.each([
  ['UTF-8', Buffer.from('Grüße aus Köln'), 'utf-8'],
  ['UTF-16 with mark', Buffer.from('\ufeffGrüße aus Köln', 'utf16le'), 'utf-16le'],
  ['Latin-1', Buffer.from('Grüße aus Köln', 'latin1'), 'windows-1252'],
])('text in %s keeps its letters', async (_name, bytes, encoding) => {
  expect(await analyse(bytes)).toMatchObject({ format: 'text', encoding, pages: [{ page: 1, text: 'Grüße aus Köln' }] });
});

test('of HTML only what a reader sees is text', async () => {
  const html =
    '<!doctype html><html><head><title>T &amp; U</title><style>p{}</style></head><body><p>One</p><script>alert("<p>no</p>")</script><p>two</p></body></html>';
  expect(await analyse(html)).toMatchObject({ title: 'T & U', pages: [{ page: 1, text: 'One\n\ntwo' }] });
});

test('rich text loses its control words, not its letters', async () => {
  const rtf = String.raw`{\rtf1\ansi{\fonttbl{\f0 Arial;}}{\*\generator x;}\f0 Hello \b bold\b0  w\'f6rld\par second \u8364? line \{brace\}}`;
  expect((await analyse(rtf)).pages).toEqual([{ page: 1, text: 'Hello bold wörld\nsecond € line {brace}' }]);
});
