import { ModulesContainer } from '@nestjs/core';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { requireRouteAccess } from '#access';
import { type BoundOperation, type HandlerArgument, operationsOf, parseInput, statusOf } from '#kernel';
import { apiPrefix } from './api-prefix.ts';
import { sendProblem } from './problem.filter.ts';

type Handler = (request: FastifyRequest, reply: FastifyReply) => void;
type Method = (...values: unknown[]) => unknown;

/**
 * Serves what the controllers bind to declared operations, and nothing else: access, input, method, answer, each once and in this
 * order. Straight on Fastify, because Nest's own router costs a short request a fifth of its time (docs/adr/0005).
 */
export function serveOperations(fastify: FastifyInstance, app: NestFastifyApplication): void {
  for (const controller of controllersOf(app))
    for (const operation of operationsOf(controller)) {
      const { method, path } = operation.contract;
      fastify.route({ method, url: `${apiPrefix}${path}`, handler: handlerOf(controller, operation) });
    }
}

function controllersOf(app: NestFastifyApplication): object[] {
  const modules = [...app.get(ModulesContainer).values()];
  const instances = modules.flatMap((module) => [...module.controllers.values()].map((wrapper) => wrapper.instance));
  return [...new Set(instances)];
}

function handlerOf(controller: object, operation: BoundOperation): Handler {
  const { contract } = operation;
  const call = ((controller as Record<string, Method>)[operation.method] as Method).bind(controller);
  const sources: Record<HandlerArgument, (request: FastifyRequest, reply: FastifyReply) => unknown> = {
    input: (request) => parseInput(contract, request),
    request: (request) => request,
    reply: (_, reply) => reply,
  };
  const values = operation.arguments.map((kind) => sources[kind]);
  const status = statusOf(contract);
  const answer = contract.answer === 'bytes' ? () => {} : send;
  return (request, reply) => {
    try {
      requireRouteAccess(contract);
      void reply.status(status);
      const result = call(...values.map((value) => value(request, reply)));
      if (!(result instanceof Promise)) return answer(reply, result);
      result.then((value) => answer(reply, value)).catch((error) => sendProblem(error, request, reply));
    } catch (error) {
      sendProblem(error, request, reply);
    }
  };
}

const bodies = new WeakMap<object, string>();

/** Sends what a method returned, as JSON. A frozen answer is one that is given again and again: it is written out once. */
function send(reply: FastifyReply, value: unknown): void {
  if (typeof value !== 'object' || value === null || !Object.isFrozen(value)) return void reply.send(value);
  let body = bodies.get(value);
  if (body === undefined) {
    body = JSON.stringify(value);
    bodies.set(value, body);
  }
  void reply.header('content-type', 'application/json; charset=utf-8').send(body);
}
