import { expect, test } from 'vitest';
import { type JsonSchema, manifestJsonSchema, profileJsonSchema } from './manifest-json-schema.ts';

/** Every key of a schema, also below lists, alternatives and maps, with what is said of it. */
function keysOf(schema: JsonSchema, path = ''): { key: string; description: unknown }[] {
  const own = Object.entries(schema.properties ?? {}).flatMap(([name, property]) => [
    { key: `${path}${name}`, description: property.description },
    ...keysOf(property, `${path}${name}.`),
  ]);
  const parts = ['items', 'additionalProperties'].map((keyword) => schema[keyword]);
  const alternatives = ['anyOf', 'oneOf', 'allOf'].flatMap((keyword) => (schema[keyword] as JsonSchema[] | undefined) ?? []);
  const below = [...parts, ...alternatives].filter((part) => typeof part === 'object' && part !== null);
  return [...own, ...below.flatMap((part) => keysOf(part as JsonSchema, path))];
}

test('an editor has something to say of every key of the manifest', () => {
  const keys = keysOf(profileJsonSchema());
  expect(keys.length).toBeGreaterThan(150);
  expect(keys.filter(({ description }) => typeof description !== 'string' || description.length < 4)).toEqual([]);
});

test('a manifest must name its profile and nothing else; entries of lists must be whole', () => {
  const schema = manifestJsonSchema();
  expect(schema.required).toEqual(['profile']);
  expect(schema.properties?.redis).not.toHaveProperty('required');
  expect(schema.properties?.mover?.properties?.scrub).not.toHaveProperty('required');
  expect(schema.properties?.zones?.items).toMatchObject({ required: ['name', 'networks', 'allow'] });
  expect(schema.additionalProperties).toBe(false);
});
