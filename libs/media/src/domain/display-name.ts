/** A name that is safe to show, store and offer for download, beside the one that was given where that differs. */
export interface SafeName {
  name: string;
  /** What was given, with control and direction characters and broken bytes escaped; null where it is `name` itself. */
  givenName: string | null;
}

const longestExtension = 16;
const longestGivenName = 8192;
const longestFolder = 1024;
const deepestFolder = 32;
const ellipsis = '…';

/**
 * Characters that nobody sees or that change how others are seen: controls, line separators, marks that turn the direction of
 * writing (a name `exe.‮gpj.photo` would show as a picture), invisible fillers, byte order marks, and the halves of broken pairs.
 * Joiners stay: emoji and Persian words are written with them.
 */
const unseen =
  /[\p{Cc}\p{Zl}\p{Zp}\u061c\u00ad\u200b\u200e\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f\ufeff\ufff9-\ufffc\ufffe\uffff\p{Cs}\p{Co}]/gu;
/** Names that Windows keeps for devices; somebody's download would fail. */
const reserved = /^(?:con|prn|aux|nul|com\d|lpt\d)(?:\.|$)/i;
const windowsPath = /^[a-z]:[\\/]|^\\\\|(?:^|\\)\.\.(?:\\|$)/i;

/** Makes a file's name safe, and keeps of it what the person sees. Bytes that are no UTF-8 become replacement characters. */
export function safeName(given: string | Uint8Array, longestBytes = 255): SafeName {
  const text = typeof given === 'string' ? given : decode(given);
  const last = splitPath(text).at(-1) ?? '';
  const name = shorten(sanitise(last), longestBytes) || 'unnamed';
  const isSame = typeof given === 'string' ? name === given : Buffer.from(name).equals(given);
  return { name, givenName: isSame ? null : escaped(given) };
}

/** A folder as `a/b/c` without leading slash, traversal or anything that `safeName` would take out; empty for the top. */
export function safeFolder(given: string | Uint8Array): string {
  const text = typeof given === 'string' ? given : decode(given);
  const segments = splitPath(text)
    .map((segment) => shorten(sanitise(segment), 255))
    .filter((segment) => segment !== '');
  let folder = '';
  for (const segment of segments.slice(0, deepestFolder)) {
    const longer = folder ? `${folder}/${segment}` : segment;
    if (Buffer.byteLength(longer) > longestFolder) break;
    folder = longer;
  }
  return folder;
}

/** Segments of a path, without those that are empty or point elsewhere. A backslash separates only where the path is one of Windows. */
function splitPath(text: string): string[] {
  return text.split(windowsPath.test(text) ? /[\\/]/ : '/').filter((segment) => !/^\s*\.{0,2}\s*$/.test(segment));
}

function sanitise(segment: string): string {
  const cleaned = segment
    .replaceAll(/[\t\n\v\f\r\u0085\u2028\u2029]+/g, ' ')
    .toWellFormed()
    .replaceAll(unseen, '')
    // Afterwards: what was taken out may have stood between a letter and its accent.
    .normalize('NFC')
    .replaceAll(/[\\/]/g, '_')
    .replaceAll(/\s+/gu, ' ')
    .trim()
    .replace(/[. ]+$/, '');
  return reserved.test(cleaned) ? `_${cleaned}` : cleaned;
}

/** Cuts a name to so many bytes of UTF-8 between whole graphemes, keeping its extension. */
function shorten(name: string, longestBytes: number): string {
  if (Buffer.byteLength(name) <= longestBytes) return name;
  const dot = name.lastIndexOf('.');
  const extension = dot > 0 && name.length - dot <= longestExtension ? name.slice(dot) : '';
  const room = longestBytes - Buffer.byteLength(extension) - Buffer.byteLength(ellipsis);
  let stem = '';
  let bytes = 0;
  // A grapheme may itself be endless (a letter under a thousand accents): then its code points are cut.
  for (const { segment } of graphemes.segment(name.slice(0, longestBytes))) {
    for (const part of Buffer.byteLength(segment) > 64 ? segment : [segment]) {
      bytes += Buffer.byteLength(part);
      if (bytes > room) return `${stem.trimEnd()}${ellipsis}${extension}`;
      stem += part;
    }
  }
  return `${stem.trimEnd()}${ellipsis}${extension}`;
}

const graphemes = new Intl.Segmenter('und', { granularity: 'grapheme' });

function decode(bytes: Uint8Array): string {
  return new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes);
}

/** The given name as text that the database can hold and a person can read: `\n`, `\x00`, `\u202e`, and `\xff` for broken bytes. */
function escaped(given: string | Uint8Array): string {
  const isText = typeof given === 'string' || isUtf8(given);
  const text = isText ? (typeof given === 'string' ? given : decode(given)) : Buffer.from(given).toString('latin1');
  const spelt = (character: string) => {
    const code = character.charCodeAt(0);
    return code < 256 ? `\\x${code.toString(16).padStart(2, '0')}` : `\\u${code.toString(16).padStart(4, '0')}`;
  };
  const visible = isText ? text.replaceAll(unseen, spelt) : text.replaceAll(/[^\x20-\x7e]/g, spelt);
  return visible.toWellFormed().slice(0, longestGivenName).toWellFormed();
}

function isUtf8(bytes: Uint8Array): boolean {
  try {
    new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    return true;
  } catch {
    return false;
  }
}
