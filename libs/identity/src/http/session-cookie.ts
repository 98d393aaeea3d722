import type { FastifyReply, FastifyRequest } from 'fastify';
import type { NewSession } from '../session.service.ts';

// `__Host-` binds the cookie to this host and to TLS; a plain loopback address (profile evaluation) cannot carry it.
function cookieName(request: FastifyRequest): string {
  return request.protocol === 'https' ? '__Host-hf' : 'hf';
}

function attributes(request: FastifyRequest): string {
  return `Path=/; HttpOnly; SameSite=Lax${request.protocol === 'https' ? '; Secure' : ''}`;
}

/** The session token of a request's cookie, if it sends one. */
export function readSessionToken(request: FastifyRequest): string | undefined {
  const name = cookieName(request);
  for (const part of (request.headers.cookie ?? '').split(';')) {
    const [key, value] = part.trim().split('=', 2);
    if (key === name && value) return value;
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
