import type { DocumentRequest } from './document-request.ts';
import type { OfficeText } from './read-office-open.ts';
import { TextCollector } from './text-collector.ts';
import { attribute, type XmlEvent, xmlEvents } from './xml-events.ts';
import type { ZipFiles } from './zip-files.ts';

// What begins a new page, by kind of document.
const pageStarts: Record<string, string> = { odp: 'draw:page', ods: 'table:table' };

/** OpenDocument text, sheets and slides: all of them keep their text in `content.xml`. */
export async function readOpenDocument(zip: ZipFiles, format: string, request: DocumentRequest): Promise<OfficeText> {
  const collector = new TextCollector(request.maxPages, request.maxCharacters);
  const pageStart = pageStarts[format];
  let pageCount = 0;
  let depth = 0;
  if (!pageStart) collector.nextPage();
  for (const event of xmlEvents((await zip.text('content.xml')) ?? '')) {
    if (collector.full) break;
    if (event.kind === 'open' && event.name === pageStart) {
      collector.nextPage();
      pageCount++;
      const name = attribute(event.attributes, 'table:name');
      if (name) collector.add(`${name}\n`);
    }
    if (event.kind !== 'text' && isParagraph(event) && !(event.kind === 'open' && event.empty))
      depth += event.kind === 'open' ? 1 : -1;
    collectEvent(event, depth > 0, collector);
  }
  return { pageCount: pageStart ? pageCount : null, ...collector.finish() };
}

function isParagraph(event: XmlEvent): boolean {
  return event.kind !== 'text' && (event.name === 'text:p' || event.name === 'text:h');
}

function collectEvent(event: XmlEvent, inParagraph: boolean, collector: TextCollector): void {
  if (event.kind === 'text') {
    if (inParagraph) collector.add(event.text);
  } else if (event.kind === 'close') {
    if (isParagraph(event)) collector.add('\n');
    else if (event.name === 'table:table-cell') collector.add('\t');
  } else if (event.name === 'text:s')
    collector.add(' '.repeat(Math.min(100, Number(attribute(event.attributes, 'text:c') ?? 1) || 1)));
  else if (event.name === 'text:tab') collector.add('\t');
  else if (event.name === 'text:line-break') collector.add('\n');
}
