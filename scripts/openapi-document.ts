import { z } from 'zod';
import { type RouteContract, statusOf } from '#kernel';

type Json = Record<string, unknown>;

const problem = {
  type: 'object',
  description: 'RFC 9457 problem details',
  required: ['type', 'title', 'status', 'code', 'detail', 'requestId'],
  properties: {
    type: { type: 'string' },
    title: { type: 'string' },
    status: { type: 'integer' },
    code: { type: 'string', description: 'Stable name of the error, e.g. MEDIA_ASSET_NOT_FOUND.' },
    detail: { type: 'string', description: 'What happened and with which value.' },
    action: { type: 'string', description: 'What to do next.' },
    requestId: { type: 'string', description: 'Correlates this answer with the log.' },
    values: { type: 'object', additionalProperties: true },
  },
};

function schemaOf(schema: z.ZodType, io: 'input' | 'output'): Json {
  const { $schema: _, ...rest } = z.toJSONSchema(schema, { io, unrepresentable: 'any', target: 'draft-2020-12' }) as Json;
  return rest;
}

function parametersOf(schema: z.ZodObject | undefined, place: 'path' | 'query'): Json[] {
  if (!schema) return [];
  const { properties = {}, required = [] } = schemaOf(schema, 'input') as {
    properties?: Record<string, Json>;
    required?: string[];
  };
  return Object.entries(properties).map(([name, { description, ...rest }]) => ({
    name,
    in: place,
    required: place === 'path' || required.includes(name),
    ...(description ? { description } : {}),
    schema: rest,
  }));
}

function answerOf(route: RouteContract): Json {
  if (route.answer === 'none') return { description: 'Done' };
  if (route.answer === 'bytes')
    return { description: 'Bytes', content: { '*/*': { schema: { type: 'string', format: 'binary' } } } };
  return { description: 'Done', content: { 'application/json': { schema: schemaOf(route.answer, 'output') } } };
}

function operationOf(route: RouteContract): Json {
  const idempotencyKey = {
    name: 'Idempotency-Key',
    in: 'header',
    required: false,
    schema: { type: 'string', minLength: 8, maxLength: 200 },
  };
  return {
    operationId: route.id,
    summary: route.summary,
    tags: [route.path.split('/')[1] ?? ''],
    'x-access': route.access,
    parameters: [
      ...parametersOf(route.params, 'path'),
      ...parametersOf(route.query, 'query'),
      ...(route.idempotent ? [idempotencyKey] : []),
    ],
    ...(route.body
      ? { requestBody: { required: true, content: { 'application/json': { schema: schemaOf(route.body, 'input') } } } }
      : {}),
    responses: {
      [statusOf(route)]: answerOf(route),
      default: {
        description: 'Problem',
        content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } },
      },
    },
    security: route.access === 'public' ? [] : [{ session: [] }],
  };
}

/** The OpenAPI 3.1 document of all declared operations, in a stable order. */
export function openApiDocument(routes: RouteContract[], version: string): Json {
  const paths: Record<string, Json> = {};
  const ordered = [...routes].sort((a, b) => a.path.localeCompare(b.path) || a.method.localeCompare(b.method));
  for (const route of ordered) {
    const path = `/api/v1${route.path.replaceAll(/:([a-zA-Z]+)/g, '{$1}')}`;
    paths[path] ??= {};
    paths[path][route.method.toLowerCase()] = operationOf(route);
  }
  return {
    openapi: '3.1.0',
    info: { title: 'Holdfast', version, license: { name: 'Apache-2.0', identifier: 'Apache-2.0' } },
    paths,
    components: {
      schemas: { Problem: problem },
      securitySchemes: { session: { type: 'apiKey', in: 'cookie', name: 'hf' } },
    },
  };
}
