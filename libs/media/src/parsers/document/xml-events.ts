/** One thing met while walking through XML. Names keep their prefix; attributes are read on demand. */
export type XmlEvent =
  | { kind: 'open'; name: string; attributes: string; empty: boolean }
  | { kind: 'close'; name: string }
  | { kind: 'text'; text: string };

const named: Record<string, string> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'", nbsp: '\u00a0' };

/**
 * Walks through XML once, front to back, without building a tree: memory and time grow with the text alone. Document type
 * declarations are skipped, so entities that grow or point elsewhere do not exist here.
 */
export function* xmlEvents(xml: string): Generator<XmlEvent> {
  let at = 0;
  while (at < xml.length) {
    const tag = xml.indexOf('<', at);
    if (tag !== at) yield { kind: 'text', text: decodeEntities(xml.slice(at, tag < 0 ? undefined : tag)) };
    if (tag < 0) return;
    const end = endOfTag(xml, tag);
    const event = readTag(xml, tag, end);
    if (event) yield event;
    at = end;
  }
}

function endOfTag(xml: string, tag: number): number {
  const until = (mark: string, from: number) => {
    const found = xml.indexOf(mark, from);
    return found < 0 ? xml.length : found + mark.length;
  };
  if (xml.startsWith('<!--', tag)) return until('-->', tag + 4);
  if (xml.startsWith('<![CDATA[', tag)) return until(']]>', tag + 9);
  if (xml.startsWith('<!DOCTYPE', tag)) return endOfDoctype(xml, tag);
  return until('>', tag);
}

function endOfDoctype(xml: string, tag: number): number {
  const bracket = xml.indexOf('[', tag);
  const close = xml.indexOf('>', tag);
  if (bracket < 0 || close < bracket) return close < 0 ? xml.length : close + 1;
  const end = xml.indexOf(']>', bracket);
  return end < 0 ? xml.length : end + 2;
}

function readTag(xml: string, tag: number, end: number): XmlEvent | undefined {
  if (xml.startsWith('<![CDATA[', tag)) return { kind: 'text', text: xml.slice(tag + 9, Math.max(tag + 9, end - 3)) };
  const second = xml[tag + 1];
  if (second === '!' || second === '?') return undefined;
  const body = xml.slice(tag + 1, end - 1);
  if (second === '/') return { kind: 'close', name: body.slice(1).trim() };
  const empty = body.endsWith('/');
  const split = body.search(/[\s/]/);
  const name = split < 0 ? body : body.slice(0, split);
  return { kind: 'open', name, attributes: split < 0 ? '' : body.slice(split), empty };
}

/** The value of an attribute, or undefined. */
export function attribute(attributes: string, name: string): string | undefined {
  const at = attributes.indexOf(`${name}=`);
  const quote = attributes[at + name.length + 1];
  if (at < 0 || (quote !== '"' && quote !== "'")) return undefined;
  const start = at + name.length + 2;
  const end = attributes.indexOf(quote, start);
  return end < 0 ? undefined : decodeEntities(attributes.slice(start, end));
}

export function decodeEntities(text: string): string {
  if (!text.includes('&')) return text;
  return text.replace(/&(#x[0-9a-f]{1,6}|#\d{1,7}|[a-z]{2,6});/gi, (whole, entity: string) => {
    if (!entity.startsWith('#')) return named[entity] ?? whole;
    const code = entity[1] === 'x' || entity[1] === 'X' ? Number.parseInt(entity.slice(2), 16) : Number(entity.slice(1));
    return code > 0 && code <= 0x10ffff ? String.fromCodePoint(code) : '';
  });
}
