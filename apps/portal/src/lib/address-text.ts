/** Reads the query part of an address as plain texts; the first of repeated names wins. */
export function parseAddress(text: string): Record<string, string> {
  const values: Record<string, string> = {};
  for (const [key, value] of new URLSearchParams(text)) if (!(key in values)) values[key] = value;
  return values;
}

/** Writes the query part of an address in a stable order, readable where the standard allows. */
export function writeAddress(values: Record<string, unknown>): string {
  const parameters = new URLSearchParams();
  for (const [key, value] of Object.entries(values))
    if (value !== undefined && value !== null && value !== '') parameters.set(key, String(value));
  const text = parameters.toString().replaceAll('%2C', ',').replaceAll('%3A', ':').replaceAll('%2F', '/');
  return text ? `?${text}` : '';
}

/** A place inside the portal to return to after signing in: a path of our own, never another site. */
export function safeReturn(next: string | undefined): string {
  if (!next?.startsWith('/') || next.startsWith('//') || /[\\\p{Cc}]/u.test(next)) return '/';
  return next;
}
