const byteUnits = ['B', 'kB', 'MB', 'GB', 'TB', 'PB'];

/** A size with three significant figures in decimal units: 999 B, 1.50 kB, 23.4 MB. */
export function formatBytes(bytes: number): string {
  let value = bytes;
  let unit = 0;
  while (value >= 999.5 && unit < byteUnits.length - 1) {
    value /= 1000;
    unit += 1;
  }
  const digits = unit === 0 ? 0 : value < 9.995 ? 2 : value < 99.95 ? 1 : 0;
  return `${value.toFixed(digits)} ${byteUnits[unit]}`;
}

/** A position in time-based media: 0:07, 12:34, 1:02:03. */
export function formatClock(seconds: number): string {
  const whole = Math.max(0, Math.floor(seconds));
  const hours = Math.floor(whole / 3600);
  const minutes = Math.floor((whole % 3600) / 60);
  const rest = String(whole % 60).padStart(2, '0');
  return hours > 0 ? `${hours}:${String(minutes).padStart(2, '0')}:${rest}` : `${minutes}:${rest}`;
}

/** A span of time in its two leading units: 340 ms, 4.2 s, 3 min 20 s, 5 h 2 min, 3 d 4 h. */
export function formatSpan(ms: number): string {
  if (ms < 999.5) return `${Math.round(ms)} ms`;
  const seconds = ms / 1000;
  if (seconds < 9.95) return `${seconds.toFixed(1)} s`;
  if (seconds < 59.5) return `${Math.round(seconds)} s`;
  const parts: [number, string, number, string] =
    seconds < 3570 ? [60, 'min', 1, 's'] : seconds < 84_600 ? [3600, 'h', 60, 'min'] : [86_400, 'd', 3600, 'h'];
  const [big, bigName, small, smallName] = parts;
  const smalls = Math.round(seconds / small);
  const head = Math.floor((smalls * small) / big);
  const tail = Math.round((smalls * small - head * big) / small);
  return tail > 0 ? `${head} ${bigName} ${tail} ${smallName}` : `${head} ${bigName}`;
}

const wholeNumber = new Intl.NumberFormat('en', { useGrouping: true, maximumFractionDigits: 0 });

/** A count with thin spaces between thousands, readable in any language: 100 000. */
export function formatCount(count: number): string {
  return wholeNumber.format(count).replaceAll(',', '\u202f');
}

/** A count with its noun: 1 asset, 2 assets. */
export function formatCounted(count: number, one: string, many = `${one}s`): string {
  return `${formatCount(count)} ${count === 1 ? one : many}`;
}

/** A share as whole percent; anything between 0 and 1 % says so. */
export function formatShare(share: number): string {
  const percent = share * 100;
  if (percent > 0 && percent < 1) return '<\u202f1 %';
  if (percent > 99 && percent < 100) return '99 %';
  return `${Math.round(percent)} %`;
}

const day = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short', year: 'numeric', timeZone: 'UTC' });
const moment = new Intl.DateTimeFormat('en-GB', {
  day: 'numeric',
  month: 'short',
  year: 'numeric',
  hour: '2-digit',
  minute: '2-digit',
});
const momentUtc = new Intl.DateTimeFormat('en-GB', {
  day: 'numeric',
  month: 'short',
  year: 'numeric',
  hour: '2-digit',
  minute: '2-digit',
  timeZone: 'UTC',
});
const monthName = new Intl.DateTimeFormat('en-GB', { month: 'long', year: 'numeric', timeZone: 'UTC' });

/** A day: 3 Mar 2024. */
export function formatDay(iso: string): string {
  return day.format(new Date(iso));
}

/** A moment in the reader's time zone: 3 Mar 2024, 14:05. */
export function formatMoment(iso: string): string {
  return moment.format(new Date(iso));
}

/** When a picture was taken: cameras write local time without a zone, so it is shown as written. */
export function formatCaptureTime(iso: string): string {
  return momentUtc.format(new Date(iso));
}

/** A month key such as 2024-03 in words: March 2024. */
export function formatMonth(month: string): string {
  const date = new Date(`${month}-01T00:00:00Z`);
  return Number.isNaN(date.getTime()) ? month : monthName.format(date);
}

/** How long ago a moment was: just now, 4 min ago, 3 h ago, 2 d ago, then the day. */
export function formatAgo(iso: string, now: number = Date.now()): string {
  const seconds = (now - new Date(iso).getTime()) / 1000;
  if (seconds < 45) return 'just now';
  if (seconds < 3570) return `${Math.max(1, Math.round(seconds / 60))} min ago`;
  if (seconds < 84_600) return `${Math.round(seconds / 3600)} h ago`;
  if (seconds < 86_400 * 14) return `${Math.round(seconds / 86_400)} d ago`;
  return formatDay(iso);
}
