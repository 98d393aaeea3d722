/** The metadata of a file as name and value, nested names joined by dots, sorted; values that are no text are written out. */
export function propertyRows(metadata: Record<string, unknown>): [string, string][] {
  const rows: [string, string][] = [];
  const visit = (name: string, value: unknown) => {
    if (value === null || value === undefined || value === '') return;
    if (Array.isArray(value)) {
      if (value.some((entry) => typeof entry === 'object' && entry !== null))
        for (const [at, entry] of value.entries()) visit(`${name}.${at + 1}`, entry);
      else rows.push([name, value.map(String).join(', ')]);
    } else if (typeof value === 'object')
      for (const [key, entry] of Object.entries(value)) visit(name ? `${name}.${key}` : key, entry);
    else rows.push([name, String(value).slice(0, 2000)]);
  };
  visit('', metadata);
  return rows.sort(([a], [b]) => a.localeCompare(b));
}

/** A position on Earth as people write it: 47.3769° N, 8.5417° E. */
export function formatPosition(latitude: number, longitude: number): string {
  const part = (value: number, positive: string, negative: string) =>
    `${Math.abs(value).toFixed(4)}° ${value < 0 ? negative : positive}`;
  return `${part(latitude, 'N', 'S')}, ${part(longitude, 'E', 'W')}`;
}
