import type { SubtitleTrack, TextSegmentRow } from '#media';

type Cue = SubtitleTrack['cues'][number];

/** A piece is about as long as what is said in one breath: short enough to be told apart, long enough to have a meaning. */
const longestPiece = { characters: 400, seconds: 30 };
/** A pause after which something else is talked about. */
const longestGapSeconds = 5;
/** Of a recording with more than any film says, the beginning is kept: as of documents. */
const mostCharacters = 4_000_000;

/** Subtitles as pieces of text with their times, a few lines each; every word keeps the times of its line. */
export function subtitleSegments(tracks: readonly SubtitleTrack[]): TextSegmentRow[] {
  const segments: TextSegmentRow[] = [];
  let characters = 0;
  for (const { language, cues } of tracks)
    for (const piece of inPieces(cues)) {
      characters += piece.reduce((sum, { text }) => sum + text.length, 0);
      if (characters > mostCharacters) return segments;
      segments.push(segmentOf(piece, language, segments.length));
    }
  return segments;
}

function* inPieces(cues: readonly Cue[]): Generator<Cue[]> {
  let piece: Cue[] = [];
  let characters = 0;
  for (const cue of cues) {
    const [first, last] = [piece[0], piece.at(-1)];
    const isTooLong = characters + cue.text.length > longestPiece.characters;
    const isTooLate =
      first !== undefined &&
      last !== undefined &&
      (cue.endSeconds - first.startSeconds > longestPiece.seconds || cue.startSeconds - last.endSeconds > longestGapSeconds);
    if (first && (isTooLong || isTooLate)) {
      yield piece;
      [piece, characters] = [[], 0];
    }
    piece.push(cue);
    characters += cue.text.length;
  }
  if (piece.length > 0) yield piece;
}

function segmentOf(piece: readonly Cue[], language: string | null, position: number): TextSegmentRow {
  return {
    position,
    startSeconds: piece[0]?.startSeconds ?? 0,
    endSeconds: Math.max(...piece.map(({ endSeconds }) => endSeconds)),
    text: piece.map(({ text }) => text).join('\n'),
    language,
    words: piece.flatMap(({ text, startSeconds, endSeconds }) =>
      text
        .split(/\s+/)
        .filter(Boolean)
        .map((word) => ({ text: word, confidence: null, start: startSeconds, end: endSeconds })),
    ),
  };
}
