import type { TextSegment } from '../api/types.ts';

/** A line of speech with its time. */
export interface SpokenLine {
  start: number;
  end: number;
  text: string;
  confidence: number | null;
}

/** The spoken lines of an asset in the order of time; lines without a time cannot be followed and are left out. */
export function spokenLines(segments: readonly TextSegment[]): SpokenLine[] {
  return segments
    .filter((segment) => segment.source === 'speech' && segment.startSeconds !== null)
    .map((segment) => ({
      start: segment.startSeconds ?? 0,
      end: segment.endSeconds ?? segment.startSeconds ?? 0,
      text: segment.text,
      confidence: segment.confidence,
    }))
    .sort((a, b) => a.start - b.start);
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
