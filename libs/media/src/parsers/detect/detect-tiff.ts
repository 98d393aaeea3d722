import { type DetectedType, has, known } from './detected-type.ts';

const SUB_FILE = 0x00fe;
const MAKE = 0x010f;
const SUB_FOLDERS = 0x014a;
const DNG_VERSION = 0xc612;

// Makers whose raw files are TIFF files without a signature of their own.
const makers: ReadonlyArray<readonly [RegExp, string, string]> = [
  [/^NIKON/i, 'image/x-nikon-nef', 'nef'],
  [/^SONY/i, 'image/x-sony-arw', 'arw'],
  [/^(PENTAX|RICOH)/i, 'image/x-pentax-pef', 'pef'],
  [/^SAMSUNG/i, 'image/x-samsung-srw', 'srw'],
  [/^(KODAK|EASTMAN)/i, 'image/x-kodak-dcr', 'dcr'],
  [/^(HASSELBLAD|PHASE)/i, 'image/x-raw', 'raw'],
];

/** TIFF, and the camera raw formats that are TIFF inside: told by the tags of the first folder. */
export function detectTiff(head: Buffer): DetectedType | undefined {
  const little = has(head, 0, 'II*\0') || has(head, 0, 'II+\0');
  if (!little && !has(head, 0, 'MM\0*') && !has(head, 0, 'MM\0+')) return undefined;
  if (has(head, 8, 'CR\x02')) return known('image', 'image/x-canon-cr2', 'cr2');
  const tags = readFirstFolder(head, little);
  if (tags.has(DNG_VERSION)) return known('image', 'image/x-adobe-dng', 'dng');
  const reduced = tags.get(SUB_FILE)?.value === 1;
  const make = tags.get(MAKE);
  if (make && (reduced || tags.has(SUB_FOLDERS))) {
    const text = head.toString('latin1', make.value, make.value + Math.min(make.count, 64));
    const maker = makers.find(([pattern]) => pattern.test(text));
    if (maker) return known('image', maker[1], maker[2]);
  }
  return known('image', 'image/tiff', 'tif');
}

function readFirstFolder(head: Buffer, little: boolean): Map<number, { count: number; value: number }> {
  const tags = new Map<number, { count: number; value: number }>();
  if (head.length < 10) return tags;
  const u16 = (at: number) => (little ? head.readUInt16LE(at) : head.readUInt16BE(at));
  const u32 = (at: number) => (little ? head.readUInt32LE(at) : head.readUInt32BE(at));
  const start = u32(4);
  if (start + 2 > head.length) return tags;
  const entries = u16(start);
  for (let index = 0; index < entries; index++) {
    const at = start + 2 + index * 12;
    if (at + 12 > head.length) break;
    const value = u16(at + 2) === 3 ? u16(at + 8) : u32(at + 8);
    tags.set(u16(at), { count: u32(at + 4), value });
  }
  return tags;
}
