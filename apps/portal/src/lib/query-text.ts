/** Values as they may stand in the address: text, numbers, booleans. */
type Raw = Record<string, unknown>;

/** A text from the address, trimmed and bounded; undefined where there is none. */
export function readText(raw: Raw, key: string, longest = 200): string | undefined {
  const value = raw[key];
  const text = typeof value === 'number' || typeof value === 'boolean' ? String(value) : value;
  if (typeof text !== 'string') return undefined;
  const trimmed = text.trim().slice(0, longest);
  return trimmed === '' ? undefined : trimmed;
}

/** One of a list of words, or undefined. */
export function readChoice<Choice extends string>(raw: Raw, key: string, choices: readonly Choice[]): Choice | undefined {
  const text = readText(raw, key);
  return choices.find((choice) => choice === text);
}

/** Several of a list of words, written with commas, in the list's own order; undefined where none is left. */
export function readChoices<Choice extends string>(raw: Raw, key: string, choices: readonly Choice[]): Choice[] | undefined {
  const words = new Set(readText(raw, key, 500)?.split(','));
  const chosen = choices.filter((choice) => words.has(choice));
  return chosen.length > 0 ? chosen : undefined;
}

/** A calendar day YYYY-MM-DD that exists, or undefined. */
export function readDay(raw: Raw, key: string): string | undefined {
  const text = readText(raw, key, 10);
  if (!text || !/^\d{4}-\d{2}-\d{2}$/.test(text)) return undefined;
  const date = new Date(`${text}T00:00:00Z`);
  return !Number.isNaN(date.getTime()) && date.toISOString().startsWith(text) ? text : undefined;
}

/** A whole number within bounds, or undefined. */
export function readWhole(raw: Raw, key: string, least: number, most: number): number | undefined {
  const value = Number(readText(raw, key) ?? Number.NaN);
  return Number.isInteger(value) && value >= least && value <= most ? value : undefined;
}

/** A number of zero or more, or undefined: a position in a recording. */
export function readSeconds(raw: Raw, key: string): number | undefined {
  const value = Number(readText(raw, key) ?? Number.NaN);
  return Number.isFinite(value) && value >= 0 ? value : undefined;
}

const idPattern = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** An identifier, or undefined. */
export function readId(raw: Raw, key: string): string | undefined {
  const text = readText(raw, key, 36);
  return text && idPattern.test(text) ? text : undefined;
}

/** Identifiers written with commas, or undefined. */
export function readIds(raw: Raw, key: string): string[] | undefined {
  const ids = (readText(raw, key, 2000) ?? '').split(',').filter((text) => idPattern.test(text));
  return ids.length > 0 ? ids.slice(0, 50) : undefined;
}

/** The object without its undefined members, so that the address stays short and two equal states are equal texts. */
export function compact<Value extends object>(value: Value): Value {
  return Object.fromEntries(Object.entries(value).filter(([, entry]) => entry !== undefined)) as Value;
}
