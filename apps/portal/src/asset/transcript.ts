import type { TextSegment } from '../api/types.ts';

/** A line of speech or of subtitles with its time. */
export interface SpokenLine {
  start: number;
  end: number;
  text: string;
  confidence: number | null;
}

/**
 * The lines that go with the player, in the order of time: the subtitles of the first language that the file carries, since people wrote
 * them, else what was heard. Lines without a time cannot be followed and are left out.
 */
export function spokenLines(segments: readonly TextSegment[]): SpokenLine[] {
  const timed = segments.filter((segment) => segment.startSeconds !== null);
  const subtitles = timed.filter(({ source }) => source === 'subtitle');
  const lines =
    subtitles.length > 0
      ? subtitles.filter(({ language }) => language === subtitles[0]?.language).flatMap(subtitleLines)
      : timed.filter(({ source }) => source === 'speech').map(lineOf);
  return lines.sort((a, b) => a.start - b.start);
}

function lineOf({ startSeconds, endSeconds, text, confidence }: TextSegment): SpokenLine {
  return { start: startSeconds ?? 0, end: endSeconds ?? startSeconds ?? 0, text, confidence };
}

/** A piece of subtitles holds several lines; its words say when each is shown. */
function subtitleLines(segment: TextSegment): SpokenLine[] {
  const lines = Map.groupBy(segment.words, ({ start }) => start);
  if (lines.size === 0) return [lineOf(segment)];
  return [...lines.values()].map((words) => ({
    start: words[0]?.start ?? segment.startSeconds ?? 0,
    end: words[0]?.end ?? segment.endSeconds ?? 0,
    text: words.map(({ text }) => text).join(' '),
    confidence: null,
  }));
}

/** Index of the line spoken at a moment: the last that has begun, -1 before the first. Silence keeps the line before it. */
export function lineAt(lines: readonly SpokenLine[], seconds: number): number {
  let low = 0;
  let high = lines.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((lines[middle]?.start ?? 0) <= seconds + 0.05) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}

/** The lines as WebVTT, for the player's own captions. https://www.w3.org/TR/webvtt1/ */
export function webVtt(lines: readonly SpokenLine[]): string {
  const cues = lines.map(
    (line) => `${vttTime(line.start)} --> ${vttTime(Math.max(line.end, line.start + 0.5))}\n${escapeCue(line.text)}`,
  );
  return `WEBVTT\n\n${cues.join('\n\n')}\n`;
}

function vttTime(seconds: number): string {
  const ms = Math.round(seconds * 1000);
  const two = (value: number) => String(value).padStart(2, '0');
  return `${two(Math.floor(ms / 3_600_000))}:${two(Math.floor(ms / 60_000) % 60)}:${two(Math.floor(ms / 1000) % 60)}.${String(ms % 1000).padStart(3, '0')}`;
}

function escapeCue(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll(/\s*\n\s*/g, ' ');
}
