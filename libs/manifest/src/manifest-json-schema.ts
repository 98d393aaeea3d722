import { z } from 'zod';
import { manifestSchema } from './manifest.schema.ts';

/** A JSON Schema (draft 2020-12), or a part of one. */
export interface JsonSchema {
  properties?: Record<string, JsonSchema>;
  required?: string[];
  [keyword: string]: unknown;
}

/** What a profile must say: everything. */
export function profileJsonSchema(): JsonSchema {
  return z.toJSONSchema(manifestSchema) as JsonSchema;
}

/** What a manifest may say, for editors: its profile says what it leaves out, so only entries of lists must be whole. */
export function manifestJsonSchema(): JsonSchema {
  return withoutRequired(profileJsonSchema(), ['profile']);
}

function withoutRequired(schema: JsonSchema, required?: string[]): JsonSchema {
  const { properties, ...rest } = schema;
  if (!properties) return schema;
  const loosened = Object.entries(properties).map(([name, property]) => [name, withoutRequired(property)]);
  const { required: _, ...others } = rest;
  return { ...others, properties: Object.fromEntries(loosened), ...(required ? { required } : {}) };
}
