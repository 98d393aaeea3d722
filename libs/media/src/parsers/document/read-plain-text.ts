import { decode, detectEncoding } from '../detect/detect-text.ts';
import type { DocumentRequest } from './document-request.ts';
import { TextCollector } from './text-collector.ts';
import { decodeEntities } from './xml-events.ts';

const SAMPLE_BYTES = 65_536;
const marked = new Set(['text/html', 'image/svg+xml', 'application/xml']);

/** Plain text in whatever encoding it is; of HTML, SVG and XML only what a reader would see. */
export function readPlainText(bytes: Buffer, request: DocumentRequest) {
  const encoding = detectEncoding(bytes.subarray(0, SAMPLE_BYTES)) ?? 'windows-1252';
  // Four bytes is the longest letter of all four encodings.
  const text = decode(bytes.subarray(0, request.maxCharacters * 4), encoding);
  const html = marked.has(request.mediaType);
  const collector = new TextCollector(1, request.maxCharacters);
  collector.nextPage();
  collector.add(html ? stripMarkup(text) : text);
  const title = html ? /<title[^>]*>([^<]{1,500})/i.exec(text)?.[1] : undefined;
  return { encoding, title: title ? decodeEntities(title).trim() : null, ...collector.finish() };
}

const silent = /^(script|style|template|noscript|head)$/i;
const block = /^\/?(p|div|br|li|tr|h[1-6]|section|article|table|ul|ol|text|tspan|blockquote|pre)$/i;

/** Walks through markup once; scripts and styles are left out, blocks become lines. */
export function stripMarkup(text: string): string {
  let result = '';
  let at = 0;
  while (at < text.length) {
    const open = text.indexOf('<', at);
    if (open < 0) return result + decodeEntities(text.slice(at));
    result += decodeEntities(text.slice(at, open));
    const comment = text.startsWith('<!--', open);
    const close = comment ? text.indexOf('-->', open + 4) : text.indexOf('>', open);
    if (close < 0) return result;
    at = close + (comment ? 3 : 1);
    const name = /^<(\/?[a-z][a-z0-9:-]*)/i.exec(text.slice(open, open + 40))?.[1] ?? '';
    if (silent.test(name) && text[close - 1] !== '/') at = endOf(text, name, at);
    else if (block.test(name)) result += '\n';
  }
  return result;
}

function endOf(text: string, name: string, from: number): number {
  const end = new RegExp(`</${name}\\s*>`, 'ig');
  end.lastIndex = from;
  return end.exec(text) ? end.lastIndex : text.length;
}
