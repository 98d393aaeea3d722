import type { DocumentAnalysis, ImageAnalysis } from '../../parsers/index.ts';
import type { TextSegmentRow } from '../../text/domain/text-parts.ts';
import type { AssetPatch } from '../asset-patch.ts';
import type { Look } from '../picture-look.ts';

import type { LedgerRow, StepResult } from './account.ts';
import { capturedTime } from './captured-time.ts';
import { recognised } from './describe-image.ts';
import { type PipelineStep, rowOf } from './ledger.ts';
import { counted, damageOf, picturePatch, sentenceOf } from './picture-facts.ts';
import { splitText } from './split-text.ts';

/** A page with fewer letters holds a picture of its text, if any: a running title or a stamp is not what it says. */
const fewestLetters = 16;
/** Scanned pages that are read; a book of a thousand would keep others waiting for an hour. */
const mostScannedPages = 100;

/** What is written down of a document: the results of the steps asked for, its text, and the facts for its asset. */
export function describeDocument(
  document: DocumentAnalysis,
  look: Look | undefined,
  steps: ReadonlySet<PipelineStep>,
  rows: readonly LedgerRow[],
  now: Date,
): { results: StepResult[]; patch: AssetPatch; text: TextSegmentRow[] } {
  const picture = document.pageImages[0]?.image;
  const text = documentText(document);
  const cpuMs = document.cpuMs / Math.max(1, steps.size);
  const results = [
    { ...probeResult(document), cpuMs },
    { ...renditionResult(document), cpuMs },
    { ...pictureResult(picture, look), cpuMs: cpuMs + (look?.cpuMs ?? 0) },
    { ...textResult(document, text), cpuMs },
  ];
  const patch = { ...(steps.has('probe') ? probePatch(document, rows, now) : {}) };
  if (steps.has('renditions')) patch.thumbhash = picture ? Buffer.from(picture.thumbhash, 'base64') : null;
  if (steps.has('recognise') && picture) Object.assign(patch, { colours: picturePatch(picture).colours });
  return { results: results.filter(({ step }) => steps.has(step)), patch, text };
}

function titleOf({ title }: DocumentAnalysis): string {
  return title?.slice(0, 5000) ?? '';
}

function probeResult(document: DocumentAnalysis): StepResult {
  const pages = document.pageCount ? `, ${counted(document.pageCount, 'page')}` : '';
  const title = document.title ? `: “${document.title.slice(0, 100)}”` : '';
  const findings = { fileSaid: { rating: null, caption: titleOf(document) }, ...damageOf(document.partial) };
  return { step: 'probe', state: 'done', outcome: `${document.format.toUpperCase()}${pages}${title}.`, findings };
}

function probePatch(document: DocumentAnalysis, rows: readonly LedgerRow[], now: Date): AssetPatch {
  const { title, author, subject, keywords, createdAt, modifiedAt, encoding, format, tags } = document;
  const picture = document.pageImages[0]?.image;
  return {
    pageCount: document.pageCount,
    width: picture?.width ?? null,
    height: picture?.height ?? null,
    capturedAt: createdAt ? (documentTime(createdAt, now) ?? null) : null,
    caption: { said: titleOf(document), before: rowOf(rows, 'probe').findings.fileSaid?.caption ?? '' },
    metadata: { title, author, subject, keywords, createdAt, modifiedAt, encoding, format, tags },
  };
}

/** When a document was written, if its program knew: the same rules as for pictures. */
function documentTime(iso: string, now: Date): Date | undefined {
  const at = new Date(iso);
  if (Number.isNaN(at.getTime())) return undefined;
  const isZoned = /(Z|[+-]\d{2}:?\d{2})$/.test(iso);
  const local = iso.replace(/(Z|[+-]\d{2}:?\d{2})$/, '');
  return capturedTime(
    { local, offsetMinutes: null, utc: isZoned ? at.toISOString() : null, source: 'createdAt' },
    undefined,
    now,
  )?.at;
}

function renditionResult({ pageImages }: DocumentAnalysis): StepResult {
  const step = 'renditions';
  if (pageImages.length === 0) return { step, state: 'skipped', outcome: 'There is no picture of it to show.' };
  return { step, state: 'done', outcome: `Pictures of ${counted(pageImages.length, 'page')} made.` };
}

function pictureResult(picture: ImageAnalysis | undefined, look: Look | undefined): StepResult {
  if (!picture || !look) return { step: 'recognise', state: 'skipped', outcome: 'There is no picture of it to look at.' };
  return recognised(look);
}

function textResult(document: DocumentAnalysis, text: readonly TextSegmentRow[]): StepResult {
  const characters = text.reduce((sum, piece) => sum + piece.text.length, 0);
  const scanned = scannedPages(document);
  const scannedPagesFound = scanned.slice(0, mostScannedPages);
  const cut = scanned.length > mostScannedPages ? { damage: `Only the first ${mostScannedPages} scanned pages are read.` } : {};
  if (scanned.length > 0)
    return {
      step: 'text',
      state: 'continues',
      outcome: `${counted(scanned.length, 'scanned page')} to be read.`,
      findings: { characters, scannedPages: scannedPagesFound, ...cut },
    };
  if (characters === 0) return { step: 'text', state: 'done', outcome: 'There is no text in it.', findings: { characters } };
  const outcome = sentenceOf([`${characters.toLocaleString('en')} characters of text`]);
  return { step: 'text', state: 'done', outcome, findings: { characters } };
}

/** Pages of a PDF whose text is a picture. */
function scannedPages({ format, pageCount, pages }: DocumentAnalysis): number[] {
  if (format !== 'pdf') return [];
  const letters = new Map(pages.map(({ page, text }) => [page, text.match(/[\p{L}\p{N}]/gu)?.length ?? 0]));
  const all = Array.from({ length: pageCount ?? 0 }, (_, index) => index + 1);
  return all.filter((page) => (letters.get(page) ?? 0) < fewestLetters);
}

function documentText({ pages, pageCount }: DocumentAnalysis): TextSegmentRow[] {
  const pieces = pages.flatMap(({ page, text }) =>
    splitText(text).map((piece) => ({ page: pageCount === null ? null : page, text: piece })),
  );
  return pieces.map((piece, position) => ({ ...piece, position }));
}
