import type { CaptureTime } from '../parser-results.ts';

type Tags = Record<string, unknown>;

// What was set by the shutter comes first, what was set by an editor or a scanner last.
const exifSources = [
  ['DateTimeOriginal', 'OffsetTimeOriginal', 'SubSecTimeOriginal'],
  ['CreateDate', 'OffsetTimeDigitized', 'SubSecTimeDigitized'],
  ['DateTimeDigitized', 'OffsetTimeDigitized', 'SubSecTimeDigitized'],
  ['ModifyDate', 'OffsetTime', 'SubSecTime'],
] as const;

/** When a picture was taken, from EXIF and else from XMP. Null when no tag holds a possible date. */
export function readCaptureTime(exif: Tags, xmp: Tags): CaptureTime | null {
  for (const [tag, offsetTag, fractionTag] of exifSources) {
    const offset = parseOffset(exif[offsetTag]);
    const time = parseClock(exif[tag], exif[fractionTag], offset, tag);
    if (time) return time;
  }
  for (const tag of ['DateCreated', 'CreateDate', 'ModifyDate']) {
    const time = parseClock(xmp[tag], undefined, null, `xmp:${tag}`);
    if (time) return time;
  }
  return null;
}

const clock = /^(\d{4})[-:](\d{2})[-:](\d{2})[T ](\d{2}):(\d{2})(?::(\d{2})(?:\.(\d+))?)?\s*(Z|[+-]\d{2}:?\d{2})?/;

/** A date as EXIF (`2024:05:01 12:30:00`), XMP or a container (ISO 8601) writes it. */
export function parseClock(value: unknown, fraction: unknown, offset: number | null, source: string): CaptureTime | null {
  const match = clock.exec(String(value ?? '').trim());
  if (!match) return null;
  const [, year, month, day, hour, minute, second = '00', decimals, zone] = match;
  const digits = (decimals ?? String(fraction ?? '').trim()).replace(/\D.*$/, '').slice(0, 3);
  const local = `${year}-${month}-${day}T${hour}:${minute}:${second}${digits ? `.${digits}` : ''}`;
  const asUtc = new Date(`${local}Z`);
  // 31 February and year 0000 are what unset clocks write.
  if (Number.isNaN(asUtc.getTime()) || asUtc.toISOString().slice(0, 10) !== local.slice(0, 10) || Number(year) < 1826)
    return null;
  const offsetMinutes = parseOffset(zone) ?? offset;
  const utc = offsetMinutes === null ? null : new Date(asUtc.getTime() - offsetMinutes * 60_000).toISOString();
  return { local, offsetMinutes, utc, source };
}

function parseOffset(value: unknown): number | null {
  const text = String(value ?? '').trim();
  if (text === 'Z') return 0;
  const match = /^([+-])(\d{2}):?(\d{2})$/.exec(text);
  if (!match) return null;
  const minutes = Number(match[2]) * 60 + Number(match[3]);
  return minutes > 14 * 60 ? null : match[1] === '-' ? -minutes : minutes;
}
