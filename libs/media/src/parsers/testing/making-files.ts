import { execFileSync } from 'node:child_process';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { crc32, deflateRawSync } from 'node:zlib';
import sharp, { type Sharp } from 'sharp';
import type { ParserSettings } from '../parser-settings.ts';

/** Limits for tests: as the evaluation manifest has them, but impatient. */
export const testSettings: ParserSettings = {
  imageProcesses: 2,
  memoryMb: 1536,
  wallSeconds: 30,
  videoWallSeconds: 60,
  processes: 64,
  maxPixels: 268_435_456,
  maxFrames: 100_000,
  recycleAfterFiles: 200,
};

export function makeFolder(): string {
  return mkdtempSync(join(tmpdir(), 'holdfast-parsers-'));
}

/** Runs ffmpeg plainly, to make files for tests. The last argument is the file it makes. */
export function ffmpeg(...args: string[]): string {
  execFileSync('ffmpeg', ['-hide_banner', '-nostdin', '-v', 'error', '-y', ...args]);
  return args.at(-1) as string;
}

/** A picture made from SVG: sharp drawings, real letters. Tests only; the product never draws SVG. */
export function draw(width: number, height: number, inner: string): Sharp {
  return sharp(Buffer.from(`<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}">${inner}</svg>`));
}

/** A photograph-like picture: smooth shapes, noise, no letters. The seed moves the shapes. */
export async function makeScene(width: number, height: number, seed = 1): Promise<Sharp> {
  const noise = await sharp(noisePixels(width, height), { raw: { width, height, channels: 3 } })
    .png()
    .toBuffer();
  const hue = (seed * 77) % 360;
  const scene = await draw(
    width,
    height,
    `<defs><linearGradient id="sky" x1="0" y1="0" x2="0" y2="1"><stop offset="0" stop-color="hsl(${hue},70%,60%)"/>
      <stop offset="1" stop-color="hsl(${(hue + 90) % 360},50%,35%)"/></linearGradient></defs>
      <rect width="100%" height="100%" fill="url(#sky)"/>
      <circle cx="${(width * ((seed * 13) % 10)) / 10}" cy="${height / 3}" r="${height / 5}" fill="hsl(${(hue + 180) % 360},80%,55%)"/>
      <rect x="${width / 3}" y="${height / 2}" width="${width / 4}" height="${height / 3}" fill="hsl(${(hue + 40) % 360},60%,25%)"/>`,
  )
    .png()
    .toBuffer();
  return sharp(
    await sharp(scene)
      .composite([{ input: noise, blend: 'soft-light' }])
      .removeAlpha()
      .png()
      .toBuffer(),
  );
}

/** Grey noise around the middle, the same every time. */
function noisePixels(width: number, height: number): Buffer {
  const pixels = Buffer.alloc(width * height * 3);
  let state = 1;
  for (let at = 0; at < pixels.length; at += 3) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    pixels.fill(108 + (state >>> 24) / 6, at, at + 3);
  }
  return pixels;
}

export interface ZipEntry {
  name: string;
  content: string | Buffer;
  /** What the entry claims to unpack to; the truth by default. */
  claimedSize?: number;
  stored?: boolean;
}

/** A zip file, honest or not. */
export function makeZip(entries: ZipEntry[]): Buffer {
  const parts: Buffer[] = [];
  const directory: Buffer[] = [];
  let offset = 0;
  for (const { name, content, claimedSize, stored = false } of entries) {
    const raw = Buffer.from(content);
    const data = stored ? raw : deflateRawSync(raw);
    const shared = Buffer.alloc(26);
    shared.writeUInt16LE(20, 0);
    shared.writeUInt16LE(stored ? 0 : 8, 4);
    shared.writeUInt32LE(crc32(raw), 10);
    shared.writeUInt32LE(data.length, 14);
    shared.writeUInt32LE(claimedSize ?? raw.length, 18);
    shared.writeUInt16LE(Buffer.byteLength(name), 22);
    const local = Buffer.concat([Buffer.from('PK\x03\x04'), shared, Buffer.from(name), data]);
    const tail = Buffer.alloc(14);
    tail.writeUInt32LE(offset, 10);
    directory.push(Buffer.concat([Buffer.from('PK\x01\x02\x14\0', 'latin1'), shared, tail, Buffer.from(name)]));
    parts.push(local);
    offset += local.length;
  }
  const table = Buffer.concat(directory);
  const end = Buffer.alloc(22);
  end.write('PK\x05\x06', 'latin1');
  end.writeUInt16LE(entries.length, 8);
  end.writeUInt16LE(entries.length, 10);
  end.writeUInt32LE(table.length, 12);
  end.writeUInt32LE(offset, 16);
  return Buffer.concat([...parts, table, end]);
}

const contentTypes = '<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>';

/** A Word file with these paragraphs. */
export function makeDocx(paragraphs: string[], more: ZipEntry[] = []): Buffer {
  const body = paragraphs.map((text) => `<w:p><w:r><w:t>${text}</w:t></w:r></w:p>`).join('');
  return makeZip([
    { name: '[Content_Types].xml', content: contentTypes },
    { name: 'word/document.xml', content: `<?xml version="1.0"?><w:document><w:body>${body}</w:body></w:document>` },
    {
      name: 'docProps/core.xml',
      content:
        '<cp:coreProperties><dc:title>Launch plan</dc:title><dc:creator>Ann</dc:creator><cp:keywords>rocket, plan</cp:keywords><dcterms:created>2024-05-01T10:00:00Z</dcterms:created></cp:coreProperties>',
    },
    ...more,
  ]);
}

/** A PDF with one line of text per page, as small as a PDF can be. */
export function makePdf(lines: string[]): Buffer {
  const kids = lines.map((_, index) => `${4 + index * 2} 0 R`).join(' ');
  const objects = [
    '<< /Type /Catalog /Pages 2 0 R >>',
    `<< /Type /Pages /Kids [${kids}] /Count ${lines.length} >>`,
    '<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>',
    ...lines.flatMap((line, index) => {
      const stream = `BT /F1 36 Tf 72 700 Td (${line}) Tj ET`;
      return [
        `<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Resources << /Font << /F1 3 0 R >> >> /Contents ${5 + index * 2} 0 R >>`,
        `<< /Length ${stream.length} >>\nstream\n${stream}\nendstream`,
      ];
    }),
    '<< /Title (Mission report) /Author (Bob) /CreationDate (D:20240501100000Z) >>',
  ];
  let pdf = '%PDF-1.4\n';
  const offsets = objects.map((object, index) => {
    const offset = pdf.length;
    pdf += `${index + 1} 0 obj\n${object}\nendobj\n`;
    return `${String(offset).padStart(10, '0')} 00000 n \n`;
  });
  const trailer = `trailer\n<< /Size ${objects.length + 1} /Root 1 0 R /Info ${objects.length} 0 R >>\nstartxref\n${pdf.length}\n%%EOF\n`;
  return Buffer.from(`${pdf}xref\n0 ${objects.length + 1}\n0000000000 65535 f \n${offsets.join('')}${trailer}`);
}
