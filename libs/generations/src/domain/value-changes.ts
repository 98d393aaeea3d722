/** A value that differs between two manifests; undefined where it is not there. */
export interface ValueChange {
  key: string;
  before: unknown;
  after: unknown;
}

/** What differs between two resolved manifests, value by value, keys with dots; lists of different length differ as a whole. */
export function findValueChanges(before: unknown, after: unknown, key = ''): ValueChange[] {
  if (isSameKind(before, after)) {
    const keys = new Set([...Object.keys(before as object), ...Object.keys(after as object)]);
    return [...keys].flatMap((name) =>
      findValueChanges(memberOf(before, name), memberOf(after, name), key === '' ? name : `${key}.${name}`),
    );
  }
  return JSON.stringify(before) === JSON.stringify(after) ? [] : [{ key, before, after }];
}

function isSameKind(before: unknown, after: unknown): boolean {
  if (Array.isArray(before) && Array.isArray(after)) return before.length === after.length;
  const isRecord = (value: unknown) => typeof value === 'object' && value !== null && !Array.isArray(value);
  return isRecord(before) && isRecord(after);
}

function memberOf(within: unknown, name: string): unknown {
  return (within as Record<string, unknown>)[name];
}
