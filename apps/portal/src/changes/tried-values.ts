/** Values by their keys that are tried before anything is put in force. */
export type TriedValues = Readonly<Record<string, number>>;

/** Values out of an address, `video:8,ml:2`: those whose key fits `keys` and that are at most `most`; the others are left out. */
export function readTriedValues(text: string | undefined, keys: RegExp, most = 999_999_999): TriedValues {
  const entries = (text ?? '').split(',').flatMap((part) => {
    const [, key = '', value] = /^([^:]+):(\d{1,9})$/.exec(part) ?? [];
    return keys.test(key) && Number(value) <= most ? [[key, Number(value)] as const] : [];
  });
  return Object.fromEntries(entries);
}

/** The other way round; undefined where nothing is tried. */
export function writeTriedValues(values: TriedValues): string | undefined {
  const entries = Object.entries(values).sort(([a], [b]) => (a < b ? -1 : 1));
  return entries.map(([key, value]) => `${key}:${value}`).join(',') || undefined;
}

/** Of values those whose key fits. */
export function pickTriedValues(values: TriedValues, keys: RegExp): TriedValues {
  return Object.fromEntries(Object.entries(values).filter(([key]) => keys.test(key)));
}
