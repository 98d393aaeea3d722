import { type ArgumentsHost, Catch, type ExceptionFilter } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { loggerFor } from '#telemetry';
import { problemOf } from './problem.ts';

const logger = loggerFor('http');

/** Answers a request with an error's problem details; logs what is not the user's fault. */
export function sendProblem(thrown: unknown, request: FastifyRequest, reply: FastifyReply): void {
  const { problem, error } = problemOf(thrown, request.id);
  const facts = { err: error, requestId: request.id, method: request.method, url: request.routeOptions.url };
  if (error.fault === 'ours') logger.error(facts, 'A request failed');
  else if (error.fault === 'world' && error.kind !== 'throttled') logger.warn(facts, 'A request could not be served now');
  if (reply.sent || reply.raw.headersSent) {
    // The status line is out: cutting the connection is the only honest answer left.
    reply.raw.destroy();
    return;
  }
  if (error.retryAfterSeconds !== undefined) void reply.header('retry-after', String(error.retryAfterSeconds));
  void reply
    .status(problem.status)
    .header('content-type', 'application/problem+json')
    .header('cache-control', 'no-store')
    .send(JSON.stringify(problem));
}

/** The one place where errors become HTTP answers. */
@Catch()
export class ProblemFilter implements ExceptionFilter {
  catch(thrown: unknown, host: ArgumentsHost): void {
    const http = host.switchToHttp();
    sendProblem(thrown, http.getRequest<FastifyRequest>(), http.getResponse<FastifyReply>());
  }
}
