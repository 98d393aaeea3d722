import { readFile, stat } from 'node:fs/promises';
import { extname } from 'node:path';
import { HoldfastError } from '#kernel';
import { ParserPool } from '#sandbox';
import { analyseImage } from '../analyse-image.ts';
import { detectType } from '../detect/detect-type.ts';
import type { TextPageRequest } from '../image/text-page.ts';
import type { DocumentAnalysis, ImageAnalysis, TensorSpec } from '../parser-results.ts';
import type { ParserSettings } from '../parser-settings.ts';
import type { DocumentRequest } from './document-request.ts';
import { type PdfSource, readPdfInfo, readPdfText, renderPdfPages } from './pdf.ts';
import { readDocumentAnswer } from './read-document-answer.ts';

/** Version of the document analysis, for the ledger. */
export const DOCUMENT_VERSION = 1;

const PAGE_EDGE = 1440;
const LARGEST_FILE_BYTES = 512 * 2 ** 20;
const MOST_CHARACTERS = 4_000_000;
const MOST_PAGES = 2000;
/** More than fits on a page, less than is worth sending to a parser. */
const DRAWN_CHARACTERS = 20_000;

export interface DocumentOptions extends PdfSource {
  /** From `detectType`: a document, or text of any kind. */
  mediaType: string;
  /** For page pictures. */
  imagePool: ParserPool;
  documentPool: ParserPool;
  /** An existing folder for passing files; nothing stays in it. */
  scratchFolder: string;
  /** How many pages get pictures, from the first. Default 1. */
  picturePages?: number;
  /** Pixels for models, from the first page's picture. */
  tensors?: readonly TensorSpec[];
}

/** A warm sandboxed parser for office files and text. Close it at the end of the process. */
export function openDocumentPool(settings: ParserSettings): ParserPool {
  return new ParserPool({
    name: 'document',
    module: new URL(`../document-parser.child${extname(import.meta.filename)}`, import.meta.url),
    packages: ['yauzl', 'fast-xml-parser'],
    replyBytes: 64 * 2 ** 20,
    processes: 1,
    recycleAfterFiles: settings.recycleAfterFiles,
    queueLimit: 1000,
    limits: {
      memoryBytes: settings.memoryMb * 2 ** 20,
      wallSeconds: settings.wallSeconds,
      processes: settings.processes,
      outputBytes: 64 * 2 ** 20,
    },
  });
}

/**
 * Text, properties and page pictures of a document. Throws the file's error: MEDIA_PDF_ENCRYPTED, MEDIA_DOCUMENT_ENCRYPTED,
 * MEDIA_DOCUMENT_BOMB, MEDIA_PDF_UNREADABLE, MEDIA_DOCUMENT_UNREADABLE, MEDIA_DOCUMENT_TOO_LARGE or the sandbox's.
 */
export function analyseDocument(options: DocumentOptions): Promise<DocumentAnalysis> {
  return options.mediaType === 'application/pdf' ? analysePdf(options) : analyseOther(options);
}

async function analysePdf(options: DocumentOptions): Promise<DocumentAnalysis> {
  const { cpuMs: infoMs, ...facts } = await readPdfInfo(options);
  const text = await readPdfText(options, MOST_PAGES, MOST_CHARACTERS);
  const last = Math.min(options.picturePages ?? 1, facts.pageCount ?? 1);
  const rendered = await renderPdfPages(options, 1, last, PAGE_EDGE, options.scratchFolder);
  const pageImages: DocumentAnalysis['pageImages'] = [];
  for (const { page, bytes } of rendered.pages)
    pageImages.push({ page, image: await analysePicture(options, bytes, 'image/jpeg', page === 1) });
  const partial = [
    ...((facts.pageCount ?? 0) > MOST_PAGES ? [`Text after page ${MOST_PAGES} was not read.`] : []),
    ...(text.full ? ['Only the beginning of the text was read; the rest is more than is kept.'] : []),
    ...(rendered.pages.length < last ? [`Only ${rendered.pages.length} of ${last} pages could be drawn.`] : []),
  ];
  const cpuMs = infoMs + text.cpuMs + rendered.cpuMs + pageImages.reduce((sum, { image }) => sum + image.cpuMs, 0);
  return { format: 'pdf', ...facts, pages: text.pages, encoding: null, partial, pageImages, cpuMs };
}

async function analyseOther(options: DocumentOptions): Promise<DocumentAnalysis> {
  const { documentPool, mediaType, signal } = options;
  const request: DocumentRequest = { mediaType, maxPages: MOST_PAGES, maxCharacters: MOST_CHARACTERS };
  const bytes = await readBounded(options.file, mediaType);
  const reply = await documentPool.run({ method: 'read', params: request, buffers: [bytes], signal });
  const answer = readDocumentAnswer(reply.value, MOST_CHARACTERS);
  const drawn = answer.format === 'text' ? await drawPage(options, answer.pages[0]?.text ?? '') : undefined;
  const image = await analyseThumbnail(options, drawn?.bytes ?? reply.buffers[0]);
  const pageImages = image ? [{ page: 1, image }] : [];
  return { ...answer, pageImages, cpuMs: reply.cpuMs + (drawn?.cpuMs ?? 0) + (image?.cpuMs ?? 0) };
}

/** The whole file, if it is of a size that documents have. */
async function readBounded(file: string, mediaType: string): Promise<Buffer> {
  const { size } = await stat(file);
  if (size <= LARGEST_FILE_BYTES) return readFile(file);
  throw new HoldfastError('MEDIA_DOCUMENT_TOO_LARGE', {
    kind: 'unprocessable',
    message: `The document has ${Math.round(size / 2 ** 20)} MiB; up to ${LARGEST_FILE_BYTES / 2 ** 20} MiB are read.`,
    action: 'The original is kept and can be downloaded.',
    values: { size, mediaType },
  });
}

/** The first lines of a text as a picture of a page, if anything of them can be seen. A page that cannot be drawn takes nothing away from the text. */
async function drawPage(
  { imagePool, signal }: DocumentOptions,
  text: string,
): Promise<{ bytes: Buffer | undefined; cpuMs: number } | undefined> {
  const params: TextPageRequest = { text: text.slice(0, DRAWN_CHARACTERS) };
  return imagePool
    .run({ method: 'page', params, buffers: [], signal })
    .then(({ buffers, cpuMs }) => ({ bytes: buffers[0], cpuMs }), unlessUnprocessable);
}

/** What is wrong with the file is left aside, everything else thrown on. */
function unlessUnprocessable(error: unknown): undefined {
  if (error instanceof HoldfastError && error.kind === 'unprocessable') return undefined;
  throw error;
}

/** A thumbnail that cannot be read takes nothing away from the document. */
async function analyseThumbnail(options: DocumentOptions, bytes: Buffer | undefined): Promise<ImageAnalysis | undefined> {
  if (!bytes) return undefined;
  const { kind, mediaType } = detectType(bytes.subarray(0, 65_536));
  if (kind !== 'image') return undefined;
  return analysePicture(options, bytes, mediaType, true).catch(unlessUnprocessable);
}

function analysePicture(options: DocumentOptions, bytes: Buffer, mediaType: string, first: boolean): Promise<ImageAnalysis> {
  const { imagePool, settings, signal, tensors = [] } = options;
  return analyseImage(imagePool, bytes, { mediaType, settings, signal, readMetadata: false, tensors: first ? tensors : [] });
}
