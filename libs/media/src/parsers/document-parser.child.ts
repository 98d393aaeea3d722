import type { ParserHandlers } from '#sandbox';
import type { DocumentAnswer, DocumentRequest } from './document/document-request.ts';
import { readSheets, readSlides, readWord } from './document/read-office-open.ts';
import { readOpenDocument } from './document/read-open-document.ts';
import { readPlainText } from './document/read-plain-text.ts';
import { readProperties } from './document/read-properties.ts';
import { readRichText } from './document/read-rich-text.ts';
import { ZipFiles } from './document/zip-files.ts';
import { fault } from './image/parser-fault.ts';

// The sandboxed side of analyseDocument, for everything but PDF.

export const handlers: ParserHandlers = { read: (request: DocumentRequest, [bytes]) => read(request, bytes as Buffer) };

const office: Record<string, string> = {
  'application/vnd.openxmlformats-officedocument.wordprocessingml.document': 'docx',
  'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet': 'xlsx',
  'application/vnd.openxmlformats-officedocument.presentationml.presentation': 'pptx',
  'application/vnd.oasis.opendocument.text': 'odt',
  'application/vnd.oasis.opendocument.spreadsheet': 'ods',
  'application/vnd.oasis.opendocument.presentation': 'odp',
};

const nothing = {
  pageCount: null,
  title: null,
  author: null,
  subject: null,
  keywords: [],
  createdAt: null,
  modifiedAt: null,
  tags: {},
  encoding: null,
};

async function read(request: DocumentRequest, bytes: Buffer): Promise<{ value: DocumentAnswer; buffers?: Buffer[] }> {
  const format = office[request.mediaType];
  if (format) return readOffice(format, request, bytes);
  if (request.mediaType === 'application/rtf') {
    return { value: { ...nothing, format: 'rtf', ...readRichText(bytes.toString('latin1'), request.maxCharacters) } };
  }
  return { value: { ...nothing, format: 'text', ...readPlainText(bytes, request) } };
}

async function readOffice(format: string, request: DocumentRequest, bytes: Buffer) {
  const zip = await ZipFiles.open(bytes);
  const manifest = (await zip.text('META-INF/manifest.xml')) ?? '';
  if (manifest.includes('manifest:encryption-data')) {
    throw fault('MEDIA_DOCUMENT_ENCRYPTED', 'The document is protected by a password.', 'Upload a version without password.');
  }
  const text = await readText(format, zip, request);
  const properties = await readProperties(zip);
  const value = { ...nothing, format, ...properties, ...text, pageCount: text.pageCount ?? declaredPages(properties.tags) };
  const thumbnail = await readThumbnail(zip);
  return thumbnail ? { value, buffers: [thumbnail] } : { value };
}

function readText(format: string, zip: ZipFiles, request: DocumentRequest) {
  switch (format) {
    case 'docx':
      return readWord(zip, request);
    case 'pptx':
      return readSlides(zip, request);
    case 'xlsx':
      return readSheets(zip, request);
    default:
      return readOpenDocument(zip, format, request);
  }
}

function declaredPages(tags: Record<string, unknown>): number | null {
  const pages = Number(tags.Pages);
  return Number.isInteger(pages) && pages > 0 && pages < 100_000 ? pages : null;
}

async function readThumbnail(zip: ZipFiles): Promise<Buffer | undefined> {
  const name = zip.names.find((entry) => /^(docProps\/thumbnail\.(jpe?g|png)|Thumbnails\/thumbnail\.png)$/i.test(entry));
  return name ? zip.bytes(name).catch(() => undefined) : undefined;
}
