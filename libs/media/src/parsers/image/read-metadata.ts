import exifr from 'exifr';
import type { Metadata as ImageHeader } from 'sharp';
import type { Json, Metadata } from '../parser-results.ts';
import { readCaptureTime } from './capture-time.ts';
import { shortenTags } from './shorten-tags.ts';

type Group = Record<string, unknown>;
type Groups = Record<string, Group>;

const options = {
  tiff: true,
  ifd0: true as never,
  exif: true,
  gps: true,
  interop: false,
  ifd1: false,
  iptc: true,
  xmp: true,
  icc: false,
  jfif: false,
  ihdr: false,
  makerNote: false,
  userComment: false,
  mergeOutput: false,
  reviveValues: false,
  translateValues: false,
  translateKeys: true,
  sanitize: true,
};

/** Reads EXIF, GPS, IPTC and XMP. What is damaged is left out; never throws. */
export async function readMetadata(bytes: Buffer, header: ImageHeader): Promise<Metadata> {
  const groups = await parse(bytes);
  return describeTags(needsBlocks(header) ? { ...(await parseBlocks(header)), ...groups } : groups);
}

async function parse(bytes: Buffer): Promise<Groups> {
  try {
    return ((await exifr.parse(bytes, options)) as Groups | undefined) ?? {};
  } catch {
    return {};
  }
}

function needsBlocks({ exif, format }: ImageHeader): boolean {
  return exif !== undefined && ['webp', 'gif', 'heif'].includes(format);
}

/** WebP and GIF are strange to exifr, but sharp has found their EXIF block, which is a TIFF file of its own. */
async function parseBlocks({ exif = Buffer.alloc(0) }: ImageHeader): Promise<Groups> {
  return parse(exif.subarray(exif.toString('latin1', 0, 4) === 'Exif' ? 6 : 0));
}

/** Sorts the tags of all groups into what people ask for. */
export function describeTags(groups: Groups): Metadata {
  const { ifd0 = {}, exif = {}, gps = {}, iptc = {}, dc = {}, xmp = {} } = groups;
  const photoshop = groups.photoshop ?? {};
  return {
    capturedAt: readCaptureTime({ ...ifd0, ...exif }, { ...photoshop, ...xmp, exif: groups.exifEX ?? {} }),
    place: readPlace(gps),
    camera: readCamera(ifd0, exif, groups.aux ?? {}),
    title: text(dc.title) ?? text(iptc.ObjectName) ?? text(ifd0.XPTitle),
    description: text(dc.description) ?? text(iptc.Caption) ?? text(ifd0.ImageDescription),
    keywords: [...new Set([...list(dc.subject), ...list(iptc.Keywords)])].slice(0, 200),
    creator: text(list(dc.creator)[0]) ?? text(iptc.Byline) ?? text(ifd0.Artist),
    copyright: text(dc.rights) ?? text(iptc.CopyrightNotice) ?? text(ifd0.Copyright),
    rating: rating(xmp.Rating ?? ifd0.Rating),
    tags: shortenTags(groups) as { [group: string]: Json },
  };
}

function readPlace(gps: Group): Metadata['place'] {
  const latitude = degrees(gps.GPSLatitude, gps.GPSLatitudeRef, 'S');
  const longitude = degrees(gps.GPSLongitude, gps.GPSLongitudeRef, 'W');
  if (latitude === null || longitude === null || Math.abs(latitude) > 90 || Math.abs(longitude) > 180) return null;
  // Cameras without a fix write zeros: the point off Ghana where nobody photographs.
  if (latitude === 0 && longitude === 0) return null;
  const altitude = number(gps.GPSAltitude);
  const below = Number(gps.GPSAltitudeRef?.toString() ?? 0) === 1;
  return { latitude, longitude, altitudeMetres: altitude === null ? null : below ? -altitude : altitude };
}

function degrees(value: unknown, reference: unknown, negative: string): number | null {
  if (!Array.isArray(value) || value.length === 0) return null;
  const [whole = Number.NaN, minutes = 0, seconds = 0] = value.map(Number);
  const sum = whole + minutes / 60 + seconds / 3600;
  if (!Number.isFinite(sum)) return null;
  const rounded = Math.round(sum * 1e7) / 1e7;
  return String(reference).toUpperCase().startsWith(negative) ? -rounded : rounded;
}

function readCamera(ifd0: Group, exif: Group, aux: Group): Metadata['camera'] {
  return {
    make: text(ifd0.Make),
    model: text(ifd0.Model),
    lens: text(exif.LensModel) ?? text(aux.Lens),
    iso: number(Array.isArray(exif.ISO) ? exif.ISO[0] : exif.ISO),
    aperture: positive(exif.FNumber),
    exposureSeconds: positive(exif.ExposureTime),
    focalLengthMm: positive(exif.FocalLength),
    focalLength35Mm: positive(exif.FocalLengthIn35mmFormat),
    flash: typeof exif.Flash === 'number' ? (exif.Flash & 1) === 1 : null,
    software: text(ifd0.Software),
  };
}

function rating(value: unknown): number | null {
  const stars = number(value);
  return stars !== null && stars >= -1 && stars <= 5 ? stars : null;
}

/** Lenses without contacts write zeros. */
function positive(value: unknown): number | null {
  const parsed = number(value);
  return parsed !== null && parsed > 0 ? parsed : null;
}

function number(value: unknown): number | null {
  const parsed = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
  return typeof parsed === 'number' && Number.isFinite(parsed) ? parsed : null;
}

/** Text of a tag: plain, or an XMP value with a language. Control characters and padding go. */
function text(value: unknown): string | null {
  const plain = Array.isArray(value) ? value[0] : value;
  const inner = plain && typeof plain === 'object' && 'value' in plain ? plain.value : plain;
  if (typeof inner !== 'string' && typeof inner !== 'number') return null;
  const cleaned = String(inner)
    .slice(0, 2000)
    .replace(/\p{Cc}+/gu, ' ')
    .trim();
  return cleaned || null;
}

function list(value: unknown): string[] {
  const values = Array.isArray(value) ? value : value === undefined ? [] : [value];
  return values.map(text).filter((entry) => entry !== null);
}
