import type { DocumentRequest } from './document-request.ts';
import { TextCollector } from './text-collector.ts';
import { attribute, xmlEvents } from './xml-events.ts';
import type { ZipFiles } from './zip-files.ts';

export interface OfficeText {
  pageCount: number | null;
  pages: Array<{ page: number; text: string }>;
  partial: string[];
}

/** Word: all paragraphs, then notes. A Word file has no pages until it is laid out, so the text is one. */
export async function readWord(zip: ZipFiles, request: DocumentRequest): Promise<OfficeText> {
  const collector = new TextCollector(request.maxPages, request.maxCharacters);
  collector.nextPage();
  for (const part of ['word/document.xml', 'word/footnotes.xml', 'word/endnotes.xml']) {
    collectRuns((await zip.text(part)) ?? '', 'w', collector);
  }
  return { pageCount: null, ...collector.finish() };
}

/** PowerPoint: one page per slide, its notes at the end. */
export async function readSlides(zip: ZipFiles, request: DocumentRequest): Promise<OfficeText> {
  const collector = new TextCollector(request.maxPages, request.maxCharacters);
  const slides = numbered(zip, /^ppt\/slides\/slide(\d+)\.xml$/);
  for (const slide of slides) {
    collector.nextPage();
    if (collector.full) break;
    collectRuns((await zip.text(slide)) ?? '', 'a', collector);
    const notes = await notesOf(zip, slide);
    if (notes) collectRuns((await zip.text(notes)) ?? '', 'a', collector);
  }
  return { pageCount: slides.length, ...collector.finish() };
}

async function notesOf(zip: ZipFiles, slide: string): Promise<string | undefined> {
  const relations = await zip.text(slide.replace('slides/', 'slides/_rels/').concat('.rels'));
  const target = /Target="\.\.\/(notesSlides\/notesSlide\d+\.xml)"/.exec(relations ?? '')?.[1];
  return target && `ppt/${target}`;
}

/** Excel: one page per sheet, a line per row, tabs between cells. */
export async function readSheets(zip: ZipFiles, request: DocumentRequest): Promise<OfficeText> {
  const collector = new TextCollector(request.maxPages, request.maxCharacters);
  const strings = readSharedStrings((await zip.text('xl/sharedStrings.xml')) ?? '');
  const names = readSheetNames((await zip.text('xl/workbook.xml')) ?? '');
  const sheets = numbered(zip, /^xl\/worksheets\/sheet(\d+)\.xml$/);
  for (const [index, sheet] of sheets.entries()) {
    collector.nextPage();
    if (collector.full) break;
    if (names[index]) collector.add(`${names[index]}\n`);
    collectCells((await zip.text(sheet)) ?? '', strings, collector);
  }
  return { pageCount: sheets.length, ...collector.finish() };
}

function numbered(zip: ZipFiles, pattern: RegExp): string[] {
  const numberOf = (name: string) => Number(pattern.exec(name)?.[1]);
  return zip.names.filter((name) => pattern.test(name)).sort((a, b) => numberOf(a) - numberOf(b));
}

/** Runs of text (`t`), paragraphs (`p`), tabs and breaks mean the same in Word (`w:`) and PowerPoint (`a:`). */
function collectRuns(xml: string, prefix: string, collector: TextCollector): void {
  let inText = false;
  for (const event of xmlEvents(xml)) {
    if (collector.full) return;
    if (event.kind === 'text') {
      if (inText) collector.add(event.text);
      continue;
    }
    if (event.name === `${prefix}:t`) inText = event.kind === 'open' && !event.empty;
    else if (event.kind === 'close' && event.name === `${prefix}:p`) collector.add('\n');
    else if (event.kind === 'close' && event.name === `${prefix}:tc`) collector.add('\t');
    else if (event.kind === 'open' && event.name === `${prefix}:tab`) collector.add('\t');
    else if (event.kind === 'open' && event.name === `${prefix}:br`) collector.add('\n');
  }
}

function readSharedStrings(xml: string): string[] {
  const strings: string[] = [];
  let current = '';
  let inText = false;
  let inPhonetic = false;
  for (const event of xmlEvents(xml)) {
    if (event.kind === 'text') {
      if (inText && !inPhonetic) current += event.text;
    } else if (event.name === 't') inText = event.kind === 'open' && !event.empty;
    else if (event.name === 'rPh') inPhonetic = event.kind === 'open';
    else if (event.name === 'si' && event.kind === 'close') {
      strings.push(current);
      current = '';
    }
  }
  return strings;
}

function readSheetNames(xml: string): string[] {
  const names: string[] = [];
  for (const event of xmlEvents(xml)) {
    if (event.kind === 'open' && event.name === 'sheet') names.push(attribute(event.attributes, ' name') ?? '');
  }
  return names;
}

function collectCells(xml: string, strings: string[], collector: TextCollector): void {
  let shared = false;
  let inValue = false;
  for (const event of xmlEvents(xml)) {
    if (collector.full) return;
    if (event.kind === 'text') {
      if (inValue) collector.add(shared ? (strings[Number(event.text)] ?? '') : event.text);
    } else if (event.kind === 'open') {
      if (event.name === 'c') shared = attribute(event.attributes, ' t') === 's';
      inValue = (event.name === 'v' || event.name === 't') && !event.empty;
    } else {
      inValue = false;
      if (event.name === 'c') collector.add('\t');
      else if (event.name === 'row') collector.add('\n');
    }
  }
}
