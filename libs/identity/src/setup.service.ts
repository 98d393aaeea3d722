import { Inject, Injectable } from '@nestjs/common';
import { AuditTrail } from '#audit';
import { SystemDatabase } from '#database';
import { HoldfastError, type InputOf, parseInput } from '#kernel';
import { AccountRepository } from './account.repository.ts';
import { completeSetup } from './http/identity.contract.ts';
import { hashPassword } from './password.ts';
import { hashToken, newSecretToken } from './secret-token.ts';
import { type ClientFacts, describeSession, SessionService } from './session.service.ts';
import type { SignedIn } from './sign-in.service.ts';

const linkHours = 24;

export interface FirstAdministrator {
  organisationName: string;
  displayName: string;
  email: string;
  password: string;
}

/** The first administrator: by a one-time link printed on the console, or by the command line. */
@Injectable()
export class SetupService {
  constructor(
    @Inject(SystemDatabase) private readonly database: SystemDatabase,
    @Inject(AccountRepository) private readonly accounts: AccountRepository,
    @Inject(SessionService) private readonly sessions: SessionService,
    @Inject(AuditTrail) private readonly audit: AuditTrail,
  ) {}

  async isNeeded(): Promise<boolean> {
    return !(await this.database.run((sql) => this.accounts.hasAdministrator(sql)));
  }

  /** A new one-time setup token, valid for a day; earlier ones end. Undefined once an administrator exists. */
  async createLinkToken(): Promise<string | undefined> {
    if (!(await this.isNeeded())) return undefined;
    const token = newSecretToken();
    await this.database.run(async (sql) => {
      await sql.run('DELETE FROM setup_link WHERE used_at IS NULL');
      await sql.run(
        `INSERT INTO setup_link (token_hash, created_at, expires_at) VALUES ($1, now(), now() + $2 * interval '1 hour')`,
        [hashToken(token), linkHours],
      );
    });
    return token;
  }

  /** Makes an organisation where there is none yet, for media that come before people; the first administrator names it. */
  async ensureOrganisation(): Promise<void> {
    await this.database.run(async (sql) => {
      const [existing] = await this.accounts.organisations(sql);
      if (!existing) await this.accounts.createOrganisation(sql, 'Holdfast');
    });
  }

  /** Uses up the link, creates organisation and administrator, and signs in; all or nothing. */
  async complete(body: InputOf<typeof completeSetup>['body'], client: ClientFacts, requestId: string): Promise<SignedIn> {
    const passwordHash = await hashPassword(body.password);
    return this.database.run(async (sql) => {
      const used = await sql.run(
        `UPDATE setup_link SET used_at = now() WHERE token_hash = $1 AND used_at IS NULL AND expires_at > now()`,
        [hashToken(body.token)],
      );
      if (used === 0)
        throw new HoldfastError('SETUP_LINK_INVALID', {
          kind: 'gone',
          message: 'This setup link is used up or out of date.',
          action: 'Run `./holdfast up` again for a new one.',
        });
      const { accountId, organisationId } = await this.createFirst(sql, body, passwordHash, requestId);
      const session = await this.sessions.start(sql, accountId, organisationId, client);
      const { email, displayName, organisationName } = body;
      return {
        session,
        answer: describeSession({
          accountId,
          email,
          displayName,
          organisationId,
          organisationName,
          role: 'admin',
          expiresAt: session.expiresAt,
        }),
      };
    });
  }

  /**
   * Creates an administrator from the command line: the first one with a new organisation, later ones in the first organisation.
   * Throws INPUT_INVALID by the rules of the setup page.
   */
  async createAdministrator(
    person: FirstAdministrator,
    requestId: string,
  ): Promise<{ accountId: string; organisationId: string }> {
    const rules = { ...completeSetup, body: completeSetup.body?.omit({ token: true }) };
    const checked = parseInput(rules, { params: undefined, query: undefined, body: person }).body as FirstAdministrator;
    const passwordHash = await hashPassword(checked.password);
    return this.database.run((sql) => this.createFirst(sql, checked, passwordHash, requestId));
  }

  private async createFirst(
    sql: Parameters<Parameters<SystemDatabase['run']>[0]>[0],
    person: Omit<FirstAdministrator, 'password'>,
    passwordHash: string,
    requestId: string,
  ) {
    const [existing] = await this.accounts.organisations(sql);
    const isFirst = !(await this.accounts.hasAdministrator(sql));
    if (existing && isFirst) await this.accounts.renameOrganisation(sql, existing.id, person.organisationName);
    const organisationId = existing?.id ?? (await this.accounts.createOrganisation(sql, person.organisationName));
    const accountId = await this.accounts.create(sql, { ...person, passwordHash, organisationId, role: 'admin' });
    if (!accountId)
      throw new HoldfastError('ACCOUNT_EMAIL_TAKEN', {
        kind: 'conflict',
        message: `There is an account for ${person.email} already.`,
        action: 'Sign in with it, or use another address.',
      });
    await this.audit.recordSystem(sql, {
      organisationId,
      actor: { kind: 'system', id: 'setup', label: 'setup' },
      action: 'account.created',
      target: { kind: 'account', id: accountId },
      requestId,
      detail: { email: person.email, role: 'admin' },
    });
    return { accountId, organisationId };
  }
}
