import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { CommandPass, type LiveSession, readPass, readSessionToken, SessionService, signInNeeded } from '#identity';
import { HoldfastError, rolePermissions, runAs, type TenantContext } from '#kernel';
import type { Appliance } from '#manifest';
import { requestSeconds } from '#telemetry';
import { hostCheck } from './host-check.ts';
import { isSameHost } from './known-hosts.ts';
import { sendProblem } from './problem.filter.ts';
import { securityHeaders } from './security-headers.ts';

const safeMethods = new Set(['GET', 'HEAD', 'OPTIONS']);

/**
 * What happens to every request on arrival, in one hook because each costs: headers for the answer, refusal of foreign hosts and pages, then the
 * rest of it runs as its session's account, in its organisation; without a session it runs in no context.
 */
export function addRequestContext(fastify: FastifyInstance, app: NestFastifyApplication, appliance: Appliance): void {
  const sessions = app.get(SessionService);
  const passes = app.get(CommandPass);
  const refuseForeignHost = hostCheck(appliance);
  fastify.addHook('onRequest', (request, reply, done) => {
    void reply.headers(securityHeaders(request.url)).header('x-request-id', request.id);
    try {
      refuseForeignHost(request);
      if (!request.url.startsWith('/api/')) return done();
      refuseForeignOrigin(request);
    } catch (error) {
      return sendProblem(error, request, reply);
    }
    const pass = readPass(request.headers.authorization);
    if (pass !== undefined)
      return void findPassed(passes, pass, request).then(
        (context) => runAs(context, done),
        (error) => sendProblem(error, request, reply),
      );
    const token = readSessionToken(request);
    if (!token) return done();
    const recent = sessions.findRecent(token);
    if (recent) return runAs(contextOf(recent, request), done);
    sessions.find(token).then(
      (session) => (session ? runAs(contextOf(session, request), done) : done()),
      (error) => sendProblem(error, request, reply),
    );
  });
  fastify.addHook('onRoute', (route) => {
    route.onResponse = observerOf(`${route.method} ${route.url}`);
  });
}

/** Commands run on the machine itself: a pass that comes from elsewhere was carried off. Throws SIGN_IN_NEEDED. */
async function findPassed(passes: CommandPass, pass: string, { ip, id }: FastifyRequest): Promise<TenantContext> {
  const context = isLoopback(ip) ? await passes.find(pass, id) : undefined;
  if (!context) throw signInNeeded();
  return context;
}

function isLoopback(address: string): boolean {
  return address === '::1' || address.startsWith('127.') || address.startsWith('::ffff:127.');
}

function contextOf(session: LiveSession, request: FastifyRequest): TenantContext {
  return {
    organisationId: session.organisationId,
    actor: { kind: 'account', id: session.accountId, label: session.email },
    permissions: rolePermissions[session.role],
    requestId: request.id,
  };
}

/**
 * Against cross-site request forgery, beside the SameSite cookie: a change must come from our own pages. Browsers say so in Sec-Fetch-Site
 * and Origin; the custom header cannot be sent across sites without a preflight that is never granted.
 */
function refuseForeignOrigin(request: FastifyRequest): void {
  if (safeMethods.has(request.method)) return;
  const site = request.headers['sec-fetch-site'];
  const { origin, host } = request.headers;
  const isForeign =
    (site !== undefined && site !== 'same-origin' && site !== 'none') || (origin !== undefined && !isSameHost(origin, host));
  if (isForeign || request.headers['x-holdfast-request'] === undefined)
    throw new HoldfastError('REQUEST_FOREIGN_ORIGIN', {
      kind: 'forbidden',
      message: 'This change does not come from the portal itself.',
      action: 'Send the header x-holdfast-request: 1 from a page of this address.',
    });
}

type ResponseHook = (request: FastifyRequest, reply: FastifyReply, done: () => void) => void;

/** Measures the answers of one operation. Looking a histogram up by its labels costs more than the observation, so each status is looked up once. */
function observerOf(operation: string): ResponseHook {
  const byStatus = new Map<number, { observe(seconds: number): void }>();
  return (_request, reply, done) => {
    const status = reply.statusCode;
    let observer = byStatus.get(status);
    if (!observer) {
      observer = requestSeconds.labels({ operation, status });
      byStatus.set(status, observer);
    }
    observer.observe(reply.elapsedTime / 1000);
    done();
  };
}
