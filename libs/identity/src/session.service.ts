import { Inject, Injectable } from '@nestjs/common';
import { APPLIANCE, type Sql, SystemDatabase } from '#database';
import { type AnswerOf, HoldfastError, rolePermissions, systemClock } from '#kernel';
import type { Appliance } from '#manifest';
import type { getSession } from './http/identity.contract.ts';
import { hashToken, newSecretToken } from './secret-token.ts';
import { type LiveSession, SessionRepository } from './session.repository.ts';

/** How long a process may go on with what it last read of a session: a lost role or a sign-out elsewhere takes effect within this. */
const cacheMs = 3000;
const touchEveryMs = 60_000;
const cachedSessions = 10_000;

/** Where a request came from, kept with the session for its owner to recognise. */
export interface ClientFacts {
  userAgent: string;
  address: string;
}

export interface NewSession {
  token: string;
  expiresAt: Date;
}

/** Opaque sessions: the browser holds a random token, the database its hash. */
@Injectable()
export class SessionService {
  private readonly cache = new Map<string, { session: LiveSession; readAt: number }>();

  constructor(
    @Inject(SystemDatabase) private readonly database: SystemDatabase,
    @Inject(SessionRepository) private readonly sessions: SessionRepository,
    @Inject(APPLIANCE) private readonly appliance: Appliance,
  ) {}

  /** Starts a session in the given transaction. */
  async start(sql: Sql, accountId: string, organisationId: string, client: ClientFacts): Promise<NewSession> {
    const token = newSecretToken();
    const now = systemClock.now();
    const expiresAt = new Date(now.getTime() + this.appliance.sessions.absoluteHours * 3_600_000);
    await this.sessions.create(sql, {
      tokenHash: hashToken(token),
      accountId,
      organisationId,
      now,
      expiresAt,
      userAgent: client.userAgent.slice(0, 300),
      address: client.address,
    });
    return { token, expiresAt };
  }

  /** The session behind a token if it was read within the last 3 s: what most requests of a busy page need. */
  findRecent(token: string): LiveSession | undefined {
    const cached = this.cache.get(token);
    return cached && performance.now() - cached.readAt < cacheMs ? cached.session : undefined;
  }

  /** The live session behind a token, or undefined. At most 3 s old. */
  async find(token: string): Promise<LiveSession | undefined> {
    const recent = this.findRecent(token);
    if (recent) return recent;
    const now = systemClock.now();
    const idleSince = new Date(now.getTime() - this.appliance.sessions.idleMinutes * 60_000);
    const session = await this.database.run(async (sql) => {
      const found = await this.sessions.find(sql, hashToken(token), now, idleSince);
      if (found && now.getTime() - found.lastSeenAt.getTime() > touchEveryMs) await this.sessions.touch(sql, found.id, now);
      return found;
    });
    // Unknown tokens are not kept: they cost a guesser a query, not us memory.
    if (session) this.remember(token, session);
    else this.cache.delete(token);
    return session;
  }

  async end(token: string): Promise<void> {
    const session = await this.find(token);
    this.cache.delete(token);
    if (session) await this.database.run((sql) => this.sessions.end(sql, session.id, systemClock.now()));
  }

  /** Forgets what was read of an account's sessions: the next request of each sees the account as it is now. Other processes follow within 3 s. */
  readAgain(accountId: string): void {
    for (const [token, entry] of this.cache) if (entry.session.accountId === accountId) this.cache.delete(token);
  }

  /** Ends the other sessions of an account, in the given transaction. */
  async endOthers(sql: Sql, accountId: string, keepToken: string | null): Promise<void> {
    const kept = keepToken ? await this.find(keepToken) : undefined;
    this.readAgain(accountId);
    await this.sessions.endOthers(sql, accountId, kept?.id ?? null, systemClock.now());
  }

  private remember(token: string, session: LiveSession): void {
    if (this.cache.size >= cachedSessions) this.cache.clear();
    this.cache.set(token, { session, readAt: performance.now() });
  }
}

const permissionLists = {
  admin: [...rolePermissions.admin],
  operator: [...rolePermissions.operator],
  viewer: [...rolePermissions.viewer],
};

type DescribedSession = Omit<LiveSession, 'id' | 'lastSeenAt'>;
const descriptions = new WeakMap<DescribedSession, AnswerOf<typeof getSession>>();

/** A session as its owner sees it: the same frozen answer as long as the session is not read again. */
export function describeSession(session: DescribedSession): AnswerOf<typeof getSession> {
  const known = descriptions.get(session);
  if (known) return known;
  const description = Object.freeze(newDescription(session));
  descriptions.set(session, description);
  return description;
}

function newDescription(session: DescribedSession): AnswerOf<typeof getSession> {
  return {
    account: { id: session.accountId, email: session.email, displayName: session.displayName },
    organisation: { id: session.organisationId, name: session.organisationName },
    role: session.role,
    permissions: permissionLists[session.role],
    expiresAt: session.expiresAt.toISOString(),
  };
}

/** The refusal of whatever needs a session. */
export function signInNeeded(): HoldfastError {
  return new HoldfastError('SIGN_IN_NEEDED', {
    kind: 'unauthenticated',
    message: 'This needs a signed-in account.',
    action: 'Sign in and try again.',
  });
}
