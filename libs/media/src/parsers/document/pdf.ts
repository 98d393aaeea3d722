import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { HoldfastError } from '#kernel';
import { requireOk, runTool, type ToolResult, type ToolRun } from '#sandbox';
import { limitsOf } from '../ffmpeg.ts';
import { shortenTags } from '../image/shorten-tags.ts';
import type { DocumentAnalysis, PageText } from '../parser-results.ts';
import type { ParserSettings } from '../parser-settings.ts';
import { tidy } from './text-collector.ts';

/** A PDF file and the limits for reading it. */
export interface PdfSource {
  file: string;
  settings: ParserSettings;
  signal?: AbortSignal | undefined;
}

type PdfFacts = Pick<
  DocumentAnalysis,
  'pageCount' | 'title' | 'author' | 'subject' | 'keywords' | 'createdAt' | 'modifiedAt' | 'tags'
> & {
  cpuMs: number;
};

const SMALL_OUTPUT_BYTES = 2 ** 20;
const PICTURE_BYTES = 512 * 2 ** 20;
const MOST_PAGES = 100_000;

/** What a PDF says about itself. Throws MEDIA_PDF_ENCRYPTED or MEDIA_PDF_UNREADABLE. */
export async function readPdfInfo(source: PdfSource): Promise<PdfFacts> {
  const result = await runPoppler(source, 'pdfinfo', SMALL_OUTPUT_BYTES, (input) => ['-isodates', '-enc', 'UTF-8', input]);
  const facts = new Map<string, string>();
  for (const line of result.stdout.toString('utf8').split('\n')) {
    const [, name, value] = /^([A-Z][A-Za-z ]{1,30}):\s+(.*)$/.exec(line) ?? [];
    if (name && value && !facts.has(name)) facts.set(name, value.trim());
  }
  const text = (name: string) => facts.get(name)?.slice(0, 1000) || null;
  const pages = Number(facts.get('Pages'));
  return {
    pageCount: Number.isInteger(pages) && pages > 0 ? Math.min(pages, MOST_PAGES) : null,
    title: text('Title'),
    author: text('Author'),
    subject: text('Subject'),
    keywords: (text('Keywords') ?? '')
      .split(/[,;]/)
      .map((word) => word.trim())
      .filter(Boolean)
      .slice(0, 200),
    createdAt: date(facts.get('CreationDate')),
    modifiedAt: date(facts.get('ModDate')),
    tags: shortenTags(Object.fromEntries(facts)),
    cpuMs: result.cpuMs,
  };
}

/** Text of the first pages, by page. Pages without text (scans) are left out. */
export async function readPdfText(source: PdfSource, maxPages: number, maxCharacters: number) {
  const result = await runPoppler(source, 'pdftotext', maxCharacters * 4, (input) => [
    '-enc',
    'UTF-8',
    '-l',
    String(maxPages),
    input,
    '-',
  ]);
  const pages: PageText[] = [];
  let left = maxCharacters;
  result.stdout
    .toString('utf8')
    .split('\f')
    .forEach((raw, index) => {
      const text = tidy(raw).slice(0, left);
      left -= text.length;
      if (text) pages.push({ page: index + 1, text });
    });
  return { pages, full: left <= 0, cpuMs: result.cpuMs };
}

/** Pictures of pages as JPEG, `edge` pixels at the longer side: for the screen, or for recognising text on scanned pages. */
export async function renderPdfPages(source: PdfSource, first: number, last: number, edge: number, scratchFolder: string) {
  const folder = await mkdtemp(join(scratchFolder, 'pages-'));
  try {
    const result = await runPoppler(
      source,
      'pdftoppm',
      PICTURE_BYTES,
      (input, output) => [
        ...['-f', String(first), '-l', String(last), '-scale-to', String(edge)],
        ...['-jpeg', '-jpegopt', 'quality=90,optimize=n', input, `${output}/page`],
      ],
      folder,
    );
    const pages: Array<{ page: number; bytes: Buffer }> = [];
    for (const name of (await readdir(folder)).sort()) {
      const page = Number(/^page-(\d+)\.jpg$/.exec(name)?.[1]);
      if (page >= first && page <= last) pages.push({ page, bytes: await readFile(join(folder, name)) });
    }
    return { pages, cpuMs: result.cpuMs };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function runPoppler(
  source: PdfSource,
  tool: 'pdfinfo' | 'pdftotext' | 'pdftoppm',
  outputBytes: number,
  args: (input: string, output: string) => string[],
  outputFolder?: string,
): Promise<ToolResult> {
  const limits = limitsOf(source.settings, source.settings.wallSeconds, outputBytes);
  const run: ToolRun = {
    command: `/usr/bin/${tool}`,
    args: (paths) => args(paths.input, paths.output),
    input: { file: source.file },
    outputFolder,
    readOnly: [],
    limits,
    signal: source.signal,
  };
  const result = await runTool(run);
  if (result.outcome === 'failed') throw explain(result);
  return requireOk(result, tool, limits);
}

function explain({ stderr }: ToolResult): HoldfastError {
  if (/Incorrect password/i.test(stderr)) {
    return new HoldfastError('MEDIA_PDF_ENCRYPTED', {
      kind: 'unprocessable',
      message: 'The PDF is protected by a password.',
      action: 'Upload a version without password.',
    });
  }
  const last = stderr.trim().split('\n').at(-1)?.slice(0, 200) ?? '';
  return new HoldfastError('MEDIA_PDF_UNREADABLE', {
    kind: 'unprocessable',
    message: `The PDF is damaged and cannot be read${last ? ` (${last})` : ''}.`,
    action: 'The original is kept. Check whether it opens elsewhere.',
  });
}

function date(value: string | undefined): string | null {
  // poppler writes the zone as two digits, which dates in this language do not know.
  const parsed = new Date((value ?? '').replace(/([+-]\d{2})$/, '$1:00'));
  return Number.isNaN(parsed.getTime()) ? null : parsed.toISOString();
}
