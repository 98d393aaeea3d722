import sharp from 'sharp';

/** The beginning of a text that is to be drawn as a page. */
export interface TextPageRequest {
  text: string;
}

/** A sheet of A4, upright, in pixels. */
const page = { width: 1000, height: 1414, margin: 80 };
const most = { lines: 64, characters: 6000, marksInARow: 4 };
const ink = { background: '#ffffff', text: '#1c1c1c' };

/** The first letter that has a direction at all, if it is written from right to left (Hebrew, Arabic, Syriac, …). */
const beginsRightToLeft = /^\P{L}*[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufeff\u{10800}-\u{10fff}\u{1e800}-\u{1efff}]/u;

/**
 * What of a text is drawn: its first lines, without what is not seen or would lead the eye elsewhere (control characters, overrides of the
 * direction, towers of accents). Directions of writing are left to the layout, line by line.
 */
export function drawableText(text: string): string {
  return text
    .slice(0, most.characters)
    .toWellFormed()
    .replaceAll('\t', '    ')
    .replace(/[^\P{C}\n\u200c\u200d]/gu, '')
    .replace(new RegExp(`(\\p{M}{${most.marksInARow}})\\p{M}+`, 'gu'), '$1')
    .split('\n')
    .slice(0, most.lines)
    .join('\n')
    .trimEnd();
}

/** Draws the beginning of a text as a page, as PNG; undefined where nothing of it can be seen. */
export async function drawTextPage({ text }: TextPageRequest): Promise<Buffer | undefined> {
  const drawable = drawableText(String(text));
  if (drawable.trim() === '') return undefined;
  const inside = { width: page.width - 2 * page.margin, height: page.height - 2 * page.margin };
  const mask = await sharp({
    text: { text: escapeMarkup(drawable), font: 'monospace 11', dpi: 100, width: inside.width, wrap: 'word-char' },
    limitInputPixels: inside.width * 20_000,
  })
    .png()
    .toBuffer({ resolveWithObject: true });
  const width = Math.min(mask.info.width, inside.width);
  const height = Math.min(mask.info.height, inside.height);
  const letters = await sharp(mask.data).extract({ left: 0, top: 0, width, height }).extractChannel(0).toBuffer();
  const coloured = await sharp({ create: { width, height, channels: 3, background: ink.text } })
    .joinChannel(letters)
    .png()
    .toBuffer();
  const left = beginsRightToLeft.test(drawable) ? page.width - page.margin - width : page.margin;
  return sharp({ create: { width: page.width, height: page.height, channels: 3, background: ink.background } })
    .composite([{ input: coloured, left, top: page.margin }])
    .png({ compressionLevel: 3 })
    .toBuffer();
}

/** The layout reads markup; a text has none. https://docs.gtk.org/Pango/pango_markup.html */
function escapeMarkup(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
