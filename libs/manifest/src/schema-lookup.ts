import { type JsonSchema, profileJsonSchema } from './manifest-json-schema.ts';

let whole: JsonSchema | undefined;

/** The parts of the manifest's schema that a key may mean: several where a list takes entries of several kinds, none where there is no such key. */
export function schemasAt(path: readonly PropertyKey[]): JsonSchema[] {
  whole ??= profileJsonSchema();
  return path.reduce<JsonSchema[]>((schemas, key) => schemas.flatMap((schema) => below(schema, key)), alternatives(whole));
}

/** The keys that may stand below a key. */
export function keysBelow(path: readonly PropertyKey[]): string[] {
  return [...new Set(schemasAt(path).flatMap(({ properties }) => Object.keys(properties ?? {})))];
}

/** The known key that somebody may have meant: at most two letters away, or none. */
export function nearestKey(path: readonly PropertyKey[], word: string): string | undefined {
  const near = keysBelow(path).map((key) => ({ key, distance: distanceOf(key.toLowerCase(), word.toLowerCase()) }));
  const best = near.sort((one, other) => one.distance - other.distance)[0];
  return best && best.distance <= 2 ? best.key : undefined;
}

function below(schema: JsonSchema, key: PropertyKey): JsonSchema[] {
  const found = typeof key === 'number' ? schema.items : schema.properties?.[String(key)];
  return typeof found === 'object' && found !== null ? alternatives(found as JsonSchema) : [];
}

function alternatives(schema: JsonSchema): JsonSchema[] {
  const several = (schema.anyOf ?? schema.oneOf) as JsonSchema[] | undefined;
  if (!several) return [schema];
  return several.map((one) => ({ ...one, description: schema.description ?? one.description }));
}

/** Letters to change, add or remove (Levenshtein). */
function distanceOf(one: string, other: string): number {
  let row = Array.from({ length: other.length + 1 }, (_, index) => index);
  for (const [index, letter] of [...one].entries()) {
    const next = [index + 1];
    for (const [place, theirs] of [...other].entries())
      next.push(Math.min((next[place] ?? 0) + 1, (row[place + 1] ?? 0) + 1, (row[place] ?? 0) + (letter === theirs ? 0 : 1)));
    row = next;
  }
  return row.at(-1) ?? 0;
}
