/** What canonical JSON is made of here: no fractions, because they have more than one spelling. */
export type Canonical = null | boolean | number | string | Canonical[] | { [name: string]: Canonical };

/** JSON with one spelling per value (RFC 8785 for whole numbers): no spaces, names sorted. Throws for other numbers. */
export function canonicalJson(value: Canonical): string {
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`;
  if (typeof value === 'number' && !Number.isSafeInteger(value)) throw new RangeError(`${value} has no canonical spelling.`);
  if (value === null || typeof value !== 'object') return JSON.stringify(value);
  const fields = Object.keys(value)
    .sort()
    .map((name) => `${JSON.stringify(name)}:${canonicalJson(value[name] as Canonical)}`);
  return `{${fields.join(',')}}`;
}
