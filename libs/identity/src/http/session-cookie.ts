import type { FastifyReply, FastifyRequest } from 'fastify';
import type { NewSession } from '../session.service.ts';

// `__Host-` binds the cookie to this host and to TLS; a plain loopback address (profile evaluation) cannot carry it.
function cookieName(request: FastifyRequest): string {
  return request.protocol === 'https' ? '__Host-hf' : 'hf';
}

function attributes(request: FastifyRequest): string {
  return `Path=/; HttpOnly; SameSite=Lax${request.protocol === 'https' ? '; Secure' : ''}`;
}

/** The session token of a request's cookie, if it sends one. Read for every request, so without taking the header apart. */
export function readSessionToken(request: FastifyRequest): string | undefined {
  const { cookie } = request.headers;
  if (cookie === undefined) return undefined;
  const prefix = `${cookieName(request)}=`;
  for (let at = 0; at < cookie.length; ) {
    while (cookie.charCodeAt(at) === 0x20) at += 1;
    const semicolon = cookie.indexOf(';', at);
    const end = semicolon < 0 ? cookie.length : semicolon;
    if (end > at + prefix.length && cookie.startsWith(prefix, at)) return cookie.slice(at + prefix.length, end).trimEnd();
    at = end + 1;
  }
  return undefined;
}

export function setSessionCookie(request: FastifyRequest, reply: FastifyReply, session: NewSession): void {
  const expires = session.expiresAt.toUTCString();
  void reply.header('set-cookie', `${cookieName(request)}=${session.token}; ${attributes(request)}; Expires=${expires}`);
}

export function clearSessionCookie(request: FastifyRequest, reply: FastifyReply): void {
  void reply.header('set-cookie', `${cookieName(request)}=; ${attributes(request)}; Max-Age=0`);
}
