/** A line of subtitles while it is shown. */
export interface SubtitleCue {
  startSeconds: number;
  endSeconds: number;
  text: string;
}

const mostCues = 20_000;
const longestCue = 2000;
const timing = /^(?:(\d{1,4}):)?(\d{2}):(\d{2})\.(\d{3}) --> (?:(\d{1,4}):)?(\d{2}):(\d{2})\.(\d{3})/;
const entities: Record<string, string> = { amp: '&', lt: '<', gt: '>', nbsp: ' ', lrm: '', rlm: '' };
/** Advanced SubStation draws shapes with letters and numbers: `m 0 0 l 100 0 100 20`. */
const drawing = /^m( -?[\d.]+){2}[mnlbspc\d\s.-]*$/i;

/**
 * The cues of a WebVTT text as ffmpeg writes it: markup and drawings left out, lines that are shown again and again told once. Bounded,
 * whatever the text. https://www.w3.org/TR/webvtt1/
 */
export function readCues(vtt: string): SubtitleCue[] {
  const cues: SubtitleCue[] = [];
  for (const block of vtt.split(/\r?\n(?:\r?\n)+/)) {
    const lines = block.split(/\r?\n/);
    const at = lines.findIndex((line) => timing.test(line));
    const [startSeconds, endSeconds] = secondsOf(lines[at] ?? '');
    const text = plainText(lines.slice(at + 1).join('\n'));
    if (at < 0 || startSeconds === undefined || endSeconds === undefined || text === '') continue;
    const before = cues.at(-1);
    if (before?.text === text && startSeconds <= before.endSeconds + 0.5)
      before.endSeconds = Math.max(before.endSeconds, endSeconds);
    else if (cues.length < mostCues) cues.push({ startSeconds, endSeconds: Math.max(startSeconds, endSeconds), text });
    else break;
  }
  return cues;
}

function secondsOf(line: string): (number | undefined)[] {
  const values =
    timing
      .exec(line)
      ?.slice(1)
      .map((value) => Number(value ?? 0)) ?? [];
  const [h1 = 0, m1 = 0, s1 = 0, ms1 = 0, h2 = 0, m2 = 0, s2 = 0, ms2 = 0] = values;
  if (values.length === 0) return [];
  return [h1 * 3600 + m1 * 60 + s1 + ms1 / 1000, h2 * 3600 + m2 * 60 + s2 + ms2 / 1000];
}

function plainText(markup: string): string {
  const text = markup
    .slice(0, longestCue)
    .replace(/<[^<>]*>/g, '')
    .replace(/\{\\[^{}]*\}/g, '')
    .replace(/&([a-z]{2,4});/g, (whole, name: string) => entities[name] ?? whole)
    // Control characters, the invisible ones that turn the direction of writing among them, say nothing to a reader.
    .replace(/[^\P{C}\n\u200c\u200d]/gu, '')
    .replace(/[^\S\n]+/g, ' ')
    .trim();
  return drawing.test(text) ? '' : text;
}
