import { z } from 'zod';
import { HoldfastError } from './errors.ts';
import type { Permission } from './permissions.ts';

/** Who may call a route: holders of a permission, anyone signed in, or anyone at all. */
export type RouteAccess = Permission | 'signed-in' | 'public';

type Shape = z.ZodObject | undefined;

/** One HTTP operation as data: the router, the guard, the validation and the OpenAPI document all read this and nothing else. */
export interface RouteContract<
  Params extends Shape = Shape,
  Query extends Shape = Shape,
  Body extends z.ZodType | undefined = z.ZodType | undefined,
  Answer extends z.ZodType | 'bytes' | 'none' = z.ZodType | 'bytes' | 'none',
> {
  /** Unique name of the operation, `noun.verb`-like camel case: becomes `operationId`. */
  id: string;
  method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE' | 'HEAD' | 'OPTIONS';
  /** Path below `/api/v1`, with `:name` parameters. */
  path: string;
  access: RouteAccess;
  summary: string;
  params?: Params;
  query?: Query;
  body?: Body;
  /** The answer's schema; `bytes` for media; `none` for 204. */
  answer: Answer;
  /** Success status; 200, 201 for POST, 204 for `none` unless said. */
  status?: number;
  /** Whether an `Idempotency-Key` header makes repeating the call harmless. */
  idempotent?: boolean;
}

type Infer<Schema> = Schema extends z.ZodType ? z.output<Schema> : undefined;
export type InputOf<Contract> =
  Contract extends RouteContract<infer Params, infer Query, infer Body>
    ? { params: Infer<Params>; query: Infer<Query>; body: Infer<Body> }
    : never;
export type AnswerOf<Contract> =
  Contract extends RouteContract<Shape, Shape, z.ZodType | undefined, infer Answer>
    ? Answer extends z.ZodType
      ? z.input<Answer>
      : undefined
    : never;

const contracts = new Map<string, RouteContract>();

/** Declares an HTTP operation. Throws when two operations share an id or a method and path. */
export function defineRoute<
  Params extends Shape = undefined,
  Query extends Shape = undefined,
  Body extends z.ZodType | undefined = undefined,
  Answer extends z.ZodType | 'bytes' | 'none' = 'none',
>(contract: RouteContract<Params, Query, Body, Answer>): RouteContract<Params, Query, Body, Answer> {
  for (const other of contracts.values())
    if (other.id === contract.id || (other.method === contract.method && other.path === contract.path))
      throw new Error(
        `Route ${contract.method} ${contract.path} (${contract.id}) is declared twice; the other is ${other.id}.`,
      );
  contracts.set(contract.id, contract as unknown as RouteContract);
  return contract;
}

/** All operations declared so far, in order of declaration. */
export function declaredRoutes(): RouteContract[] {
  return [...contracts.values()];
}

/** Success status of an operation. */
export function statusOf(contract: RouteContract): number {
  return contract.status ?? (contract.answer === 'none' ? 204 : contract.method === 'POST' ? 201 : 200);
}

const OPERATIONS = Symbol('operations of a controller');
const ARGUMENTS = Symbol('arguments of its methods');

/** What a controller's method is called with. */
export type HandlerArgument = 'input' | 'request' | 'reply';

/** A controller's method that serves an operation. */
export interface BoundOperation {
  contract: RouteContract;
  method: string;
  arguments: HandlerArgument[];
}

interface Bindings {
  [OPERATIONS]?: Map<string, RouteContract>;
  [ARGUMENTS]?: Map<string, HandlerArgument[]>;
}

/** Binds a controller method to its declared operation. What is bound to none is not served. */
// biome-ignore lint/suspicious/noExplicitAny: a decorator takes contracts of every shape
export function Route(contract: RouteContract<any, any, any, any>): MethodDecorator {
  return (controller, method) => {
    const bindings = controller as Bindings;
    bindings[OPERATIONS] ??= new Map();
    bindings[OPERATIONS].set(String(method), contract);
  };
}

function argument(kind: HandlerArgument): ParameterDecorator {
  return (controller, method, index) => {
    const bindings = controller as Bindings;
    bindings[ARGUMENTS] ??= new Map();
    const kinds = bindings[ARGUMENTS].get(String(method)) ?? [];
    kinds[index] = kind;
    bindings[ARGUMENTS].set(String(method), kinds);
  };
}

/** The validated input of the handler's operation, as `InputOf<typeof contract>`. */
export const Input = (): ParameterDecorator => argument('input');
/** Fastify's request. */
export const Req = (): ParameterDecorator => argument('request');
/** Fastify's reply, for headers and cookies; what the method returns is sent, unless the operation answers `bytes`. */
export const Res = (): ParameterDecorator => argument('reply');

/** The operations that a controller serves. */
export function operationsOf(controller: object): BoundOperation[] {
  const bindings = Object.getPrototypeOf(controller) as Bindings;
  return [...(bindings[OPERATIONS] ?? [])].map(([method, contract]) => ({
    contract,
    method,
    arguments: bindings[ARGUMENTS]?.get(method) ?? [],
  }));
}

interface RawInput {
  params: unknown;
  query: unknown;
  body: unknown;
}

function parsePart(schema: z.ZodType | undefined, value: unknown, part: string): unknown {
  if (!schema) return undefined;
  const result = schema.safeParse(value ?? {});
  if (result.success) return result.data;
  const problems = result.error.issues.map((issue) => ({
    path: [part, ...issue.path.map(String)].join('.'),
    message: issue.message,
  }));
  throw new HoldfastError('INPUT_INVALID', {
    kind: 'invalid',
    message:
      `The request's ${part} does not fit: ${problems.map((problem) => `${problem.path}: ${problem.message}`).join('; ')}`.slice(
        0,
        1000,
      ),
    action: 'Correct the named values and send the request again.',
    values: { problems: problems.slice(0, 20) },
  });
}

/** Validates a request by its operation's one schema. Throws INPUT_INVALID naming each value that does not fit. */
export function parseInput(contract: RouteContract, raw: RawInput): { params: unknown; query: unknown; body: unknown } {
  return {
    params: parsePart(contract.params, raw.params, 'path'),
    query: parsePart(contract.query, raw.query, 'query'),
    body: parsePart(contract.body, raw.body, 'body'),
  };
}

/** A page of a keyset-paged list: `nextCursor` is null on the last page. */
export function pageOf<Item extends z.ZodType>(item: Item) {
  return z.object({ items: z.array(item), nextCursor: z.string().nullable() });
}

/** The query part that every paged list takes. */
export const pageQuery = z.object({
  cursor: z.string().max(500).optional(),
  limit: z.coerce.number().int().min(1).max(500).default(100),
});
