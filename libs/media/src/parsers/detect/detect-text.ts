import { type DetectedType, known } from './detected-type.ts';

/** How the letters of a text file are written down. */
export type TextEncoding = 'utf-8' | 'utf-16le' | 'utf-16be' | 'windows-1252';

/** The encoding of bytes that are text, by byte order mark or by what is valid; undefined when they are not text. */
export function detectEncoding(head: Buffer): TextEncoding | undefined {
  if (head[0] === 0xff && head[1] === 0xfe) return looksLikeText(decode(head, 'utf-16le')) ? 'utf-16le' : undefined;
  if (head[0] === 0xfe && head[1] === 0xff) return looksLikeText(decode(head, 'utf-16be')) ? 'utf-16be' : undefined;
  if (head.includes(0)) return detectBareUtf16(head);
  if (isUtf8(head)) return looksLikeText(head.toString('utf8')) ? 'utf-8' : undefined;
  return looksLikeText(decode(head, 'windows-1252')) ? 'windows-1252' : undefined;
}

/** Decodes text; what is not valid in the encoding becomes the replacement character. A byte order mark is dropped. */
export function decode(bytes: Buffer, encoding: TextEncoding): string {
  return new TextDecoder(encoding).decode(bytes);
}

/** UTF-16 without a mark: nearly every second byte of western text is zero, always on the same side. */
function detectBareUtf16(head: Buffer): TextEncoding | undefined {
  const sample = head.subarray(0, 4096 - (4096 % 2));
  let even = 0;
  let odd = 0;
  for (let index = 0; index + 1 < sample.length; index += 2) {
    if (sample[index] === 0) even++;
    if (sample[index + 1] === 0) odd++;
  }
  const pairs = Math.floor(sample.length / 2);
  if (pairs < 4) return undefined;
  if (odd > pairs * 0.7 && even === 0) return looksLikeText(decode(sample, 'utf-16le')) ? 'utf-16le' : undefined;
  if (even > pairs * 0.7 && odd === 0) return looksLikeText(decode(sample, 'utf-16be')) ? 'utf-16be' : undefined;
  return undefined;
}

/** Valid UTF-8, where the last letter may be cut off by the end of the sample. */
function isUtf8(head: Buffer): boolean {
  try {
    new TextDecoder('utf-8', { fatal: true }).decode(head, { stream: true });
    return true;
  } catch {
    return false;
  }
}

/** Text has almost no control characters besides line ends, tabs and form feeds, and almost nothing undecodable. */
function looksLikeText(text: string): boolean {
  let strange = 0;
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index);
    const control = code < 32 && code !== 9 && code !== 10 && code !== 12 && code !== 13 && code !== 27;
    if (control || (code >= 127 && code < 160) || code === 0xfffd) strange++;
  }
  return strange <= text.length / 200;
}

const PLAYLIST = 'A playlist names other files. It is kept as text and never played.';
const DRAWING = 'A drawing written as text can load and run things. It is kept as text and never drawn.';

// What text says about itself in its first lines, most telling first.
const languages: ReadonlyArray<readonly [RegExp, string, string, string?]> = [
  [/^#EXTM3U/, 'application/vnd.apple.mpegurl', 'm3u8', PLAYLIST],
  [/^#?\s*ffconcat version/i, 'text/x-ffconcat', 'ffconcat', PLAYLIST],
  [/^\s*file\s+['"]?[^\n]+\n/, 'text/x-ffconcat', 'txt', PLAYLIST],
  [/^\[playlist\]/i, 'audio/x-scpls', 'pls', PLAYLIST],
  [/^v=0\r?\no=/, 'application/sdp', 'sdp', PLAYLIST],
  [/<MPD[\s>]/, 'application/dash+xml', 'mpd', PLAYLIST],
  [/<(smil|ASX|SmoothStreamingMedia)[\s>]/i, 'application/smil+xml', 'smil', PLAYLIST],
  [/<svg[\s>]/i, 'image/svg+xml', 'svg', DRAWING],
  [/^\s*(<!doctype html|<html[\s>])/i, 'text/html', 'html'],
  [/^\s*<\?xml/, 'application/xml', 'xml'],
  [/^WEBVTT/, 'text/vtt', 'vtt'],
  [/^\s*[[{][\s\S]*["\]}]/, 'application/json', 'json'],
];

const textNames: Record<string, string> = {
  md: 'text/markdown',
  markdown: 'text/markdown',
  csv: 'text/csv',
  tsv: 'text/tab-separated-values',
  srt: 'application/x-subrip',
  yaml: 'application/yaml',
  yml: 'application/yaml',
  log: 'text/plain',
};

/** Text and its language. Only here may the name speak: every answer is text all the same. */
export function detectText(head: Buffer, name: string): DetectedType | undefined {
  const encoding = detectEncoding(head);
  if (!encoding) return undefined;
  const start = decode(head.subarray(0, 4096), encoding).replace(/^\s*(<!--[\s\S]{0,2000}?-->\s*)*/, '');
  const language = languages.find(([pattern]) => pattern.test(start));
  if (language && !(language[2] === 'json' && !isPlausibleJson(start)))
    return known('text', language[1], language[2], language[3]);
  const extension = /\.([a-z0-9]{1,10})$/i.exec(name)?.[1]?.toLowerCase() ?? '';
  const mediaType = Object.hasOwn(textNames, extension) ? textNames[extension] : undefined;
  return mediaType ? known('text', mediaType, extension) : known('text', 'text/plain', 'txt');
}

function isPlausibleJson(start: string): boolean {
  return /^\s*(\{\s*("|\})|\[\s*(["[{\]\d-]|true|false|null))/.test(start);
}
