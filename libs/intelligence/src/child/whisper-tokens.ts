/** What a Whisper vocabulary means by its special tokens (from generation_config.json). */
export interface WhisperVocabulary {
  startOfTranscript: number;
  endOfText: number;
  noSpeech: number;
  /** Timestamps are tokens from here on, one per 20 ms. */
  timestampBegin: number;
  languages: ReadonlyMap<string, number>;
  transcribeTask: number | undefined;
  suppress: readonly number[];
  suppressAtBegin: readonly number[];
}

/** A decoded token and the logarithm of its probability. */
export interface DecodedToken {
  id: number;
  logProbability: number;
}

/** A stretch of one window, in seconds from its start. */
export interface TokenSegment {
  startSeconds: number;
  endSeconds: number;
  tokens: DecodedToken[];
}

const secondsPerTimestamp = 0.02;
/** The first words begin within this many timestamps (one second) of the window's start. */
const latestFirstTimestamp = 50;

/**
 * Forbids, in place, what may not come next: special tokens, timestamps out of order or unpaired, text where a timestamp is
 * more likely than any word (OpenAI whisper, decoding.py, ApplyTimestampRules).
 */
export function applyTokenRules(logits: Float32Array, sofar: readonly DecodedToken[], vocabulary: WhisperVocabulary): void {
  const { endOfText, timestampBegin } = vocabulary;
  const forbid = (from: number, to: number) => logits.fill(Number.NEGATIVE_INFINITY, Math.max(0, from), Math.max(0, to));
  forbid(endOfText + 1, timestampBegin);
  for (const id of vocabulary.suppress) forbid(id, id + 1);
  if (sofar.length === 0) {
    for (const id of vocabulary.suppressAtBegin) if (id !== endOfText) forbid(id, id + 1);
    forbid(0, endOfText);
    forbid(timestampBegin + latestFirstTimestamp + 1, logits.length);
    return;
  }
  const isTimestamp = (token: DecodedToken | undefined) => token !== undefined && token.id >= timestampBegin;
  const afterTimestamp = isTimestamp(sofar.at(-1));
  const afterPair = afterTimestamp && (sofar.length < 2 || isTimestamp(sofar.at(-2)));
  if (afterPair) forbid(timestampBegin, logits.length);
  else if (afterTimestamp) forbid(0, endOfText);
  const last = sofar.findLast(isTimestamp);
  // A closing timestamp may be repeated as the next opening one; a stretch itself must last.
  if (last) forbid(timestampBegin, afterTimestamp ? last.id : last.id + 1);
  preferTimestamp(logits, vocabulary);
}

function preferTimestamp(logits: Float32Array, { endOfText, timestampBegin }: WhisperVocabulary): void {
  const largest = logits.reduce((max, value) => Math.max(max, value), Number.NEGATIVE_INFINITY);
  let timestamps = 0;
  for (let id = timestampBegin; id < logits.length; id++) timestamps += Math.exp((logits[id] as number) - largest);
  let text = 0;
  for (let id = 0; id < timestampBegin; id++) text = Math.max(text, Math.exp((logits[id] as number) - largest));
  if (timestamps > text) logits.fill(Number.NEGATIVE_INFINITY, 0, endOfText);
}

/** The likeliest token and its log-probability. */
export function likeliest(logits: Float32Array): DecodedToken {
  let id = 0;
  for (let index = 1; index < logits.length; index++) if ((logits[index] as number) > (logits[id] as number)) id = index;
  const largest = logits[id] as number;
  const sum = logits.reduce((total, value) => total + Math.exp(value - largest), 0);
  return { id, logProbability: -Math.log(sum) };
}

/** The probability of one token. */
export function probabilityOf(logits: Float32Array, id: number): number {
  const largest = logits.reduce((max, value) => Math.max(max, value), Number.NEGATIVE_INFINITY);
  const sum = logits.reduce((total, value) => total + Math.exp(value - largest), 0);
  return Math.exp((logits[id] ?? Number.NEGATIVE_INFINITY) - largest) / sum;
}

/**
 * Cuts a window's tokens at pairs of timestamps and says where the next window starts: at the last closed stretch, or after
 * the whole window when nothing was left open (OpenAI whisper, transcribe.py).
 */
export function cutSegments(
  tokens: readonly DecodedToken[],
  timestampBegin: number,
  windowSeconds: number,
): { segments: TokenSegment[]; nextSeconds: number } {
  const segments: TokenSegment[] = [];
  let start: number | undefined;
  let text: DecodedToken[] = [];
  let closedAt = 0;
  for (const token of tokens) {
    if (token.id < timestampBegin) {
      text.push(token);
      continue;
    }
    const seconds = Math.min(windowSeconds, (token.id - timestampBegin) * secondsPerTimestamp);
    if (text.length > 0) {
      segments.push({ startSeconds: start ?? closedAt, endSeconds: seconds, tokens: text });
      closedAt = seconds;
    }
    start = seconds;
    text = [];
  }
  const leftOpen = text.length > 0;
  if (leftOpen && segments.length === 0) {
    segments.push({ startSeconds: start ?? 0, endSeconds: windowSeconds, tokens: text });
    return { segments, nextSeconds: windowSeconds };
  }
  const endsInPair = tokens.length >= 2 && tokens.slice(-2).every(({ id }) => id >= timestampBegin);
  const goOn = segments.length > 0 && closedAt > 0 && (leftOpen || endsInPair);
  return { segments, nextSeconds: goOn ? closedAt : windowSeconds };
}
