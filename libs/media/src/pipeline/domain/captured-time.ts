import type { CaptureTime, Json } from '../../parsers/index.ts';

/** When something was taken, and how its time zone is known. */
export interface CapturedTime {
  at: Date;
  /** `file`: the file says; `gps`: from the satellites' time beside the local clock; `assumed`: the appliance's own zone. */
  zone: 'file' | 'gps' | 'assumed';
}

/** What clocks show that were never set: the epochs of Unix, QuickTime, FAT, GPS, and of two camera makers. */
const unsetClocks = /^(1970-01-01|1904-01-01|1980-01-01|1980-01-06|2000-01-01T00:00:00|0000)/;
const firstPhotograph = Date.UTC(1826, 0, 1);
/** A camera whose clock runs ahead, or stands a day's zone to the east. */
const aheadMs = 26 * 3_600_000;
const quarterHourMs = 15 * 60_000;
const widestOffsetMinutes = 14 * 60;

/**
 * The moment of capture, or undefined where the file's claim cannot be true. Cameras write their local clock; the offset is taken from
 * the file (EXIF OffsetTime, XMP), else from GPS time beside it, else the appliance's own zone is assumed. A file's modification time
 * says when it was copied, not when it was taken, and is never used.
 */
export function capturedTime(
  time: CaptureTime | null,
  gps: { [tag: string]: Json } | undefined,
  now: Date,
): CapturedTime | undefined {
  if (!time || unsetClocks.test(time.local)) return undefined;
  const found = withZone(time, gps);
  const milliseconds = found.at.getTime();
  const isPossible = milliseconds >= firstPhotograph && milliseconds <= now.getTime() + aheadMs;
  return isPossible ? found : undefined;
}

function withZone(time: CaptureTime, gps: { [tag: string]: Json } | undefined): CapturedTime {
  if (time.utc !== null) return { at: new Date(time.utc), zone: 'file' };
  const offset = gps ? offsetBeside(time.local, gps) : undefined;
  if (offset !== undefined) return { at: new Date(Date.parse(`${time.local}Z`) - offset * 60_000), zone: 'gps' };
  // Without a zone JavaScript reads an ISO time as local, which is the zone of the process.
  return { at: new Date(time.local), zone: 'assumed' };
}

/** Minutes by which the local clock was ahead of the satellites', in quarters of an hour as zones are; undefined where they disagree. */
function offsetBeside(local: string, gps: { [tag: string]: Json }): number | undefined {
  const satellites = gpsTime(gps);
  if (satellites === undefined) return undefined;
  const differenceMs = Date.parse(`${local}Z`) - satellites;
  const offset = Math.round(differenceMs / quarterHourMs) * 15;
  // A fix may be some minutes old, or from before the last flight.
  const isClose = Math.abs(differenceMs - offset * 60_000) <= 6 * 60_000;
  return isClose && Math.abs(offset) <= widestOffsetMinutes ? offset : undefined;
}

function gpsTime({ GPSDateStamp: date, GPSTimeStamp: time }: { [tag: string]: Json }): number | undefined {
  if (typeof date !== 'string' || !Array.isArray(time)) return undefined;
  const [, year, month, day] = /^(\d{4})[:-](\d{2})[:-](\d{2})/.exec(date)?.map(Number) ?? [];
  const [hours, minutes, seconds] = time.map(Number);
  if (year === undefined || month === undefined || day === undefined || hours === undefined) return undefined;
  const utc = Date.UTC(year, month - 1, day, hours, minutes ?? 0, Math.floor(seconds ?? 0));
  return Number.isFinite(utc) ? utc : undefined;
}
