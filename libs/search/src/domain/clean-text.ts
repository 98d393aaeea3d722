/** Text as PostgreSQL can hold it: NUL becomes a space, halves of surrogate pairs the replacement character. */
export function cleanText(text: string): string {
  return text.toWellFormed().replaceAll('\u0000', ' ');
}

/** A JSON value with every text in it cleaned. */
export function cleanTexts<Value>(value: Value): Value {
  return JSON.parse(JSON.stringify(value, (_, item) => (typeof item === 'string' ? cleanText(item) : item))) as Value;
}
