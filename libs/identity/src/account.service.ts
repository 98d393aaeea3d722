import { Inject, Injectable } from '@nestjs/common';
import { AuditTrail } from '#audit';
import { SystemDatabase } from '#database';
import { type AnswerOf, currentContext, HoldfastError, type InputOf } from '#kernel';
import { AccountRepository, type Member } from './account.repository.ts';
import type { changePassword, createAccount, listAccounts, updateAccount } from './http/identity.contract.ts';
import { hashPassword, verifyPassword } from './password.ts';
import { SessionService } from './session.service.ts';
import { ThrottleRepository } from './throttle.repository.ts';

/** The people of an organisation. Callers have passed the guard; the organisation is always that of the context. */
@Injectable()
export class AccountService {
  constructor(
    @Inject(SystemDatabase) private readonly database: SystemDatabase,
    @Inject(AccountRepository) private readonly accounts: AccountRepository,
    @Inject(SessionService) private readonly sessions: SessionService,
    @Inject(ThrottleRepository) private readonly throttle: ThrottleRepository,
    @Inject(AuditTrail) private readonly audit: AuditTrail,
  ) {}

  async list(): Promise<AnswerOf<typeof listAccounts>> {
    const { organisationId } = requirePermission('account.read');
    return { items: await this.database.run((sql) => this.accounts.members(sql, organisationId)) };
  }

  async create(body: InputOf<typeof createAccount>['body']): Promise<Member> {
    const { organisationId } = requirePermission('account.update');
    const passwordHash = await hashPassword(body.password);
    return this.database.run(async (sql) => {
      const id = await this.accounts.create(sql, { ...body, passwordHash, organisationId });
      if (!id)
        throw new HoldfastError('ACCOUNT_EMAIL_TAKEN', {
          kind: 'conflict',
          message: `There is an account for ${body.email} already.`,
          action: 'Use another address.',
        });
      await this.audit.record(sql, {
        action: 'account.created',
        target: { kind: 'account', id },
        detail: { email: body.email, role: body.role },
      });
      return { id, email: body.email, displayName: body.displayName, role: body.role, disabled: false };
    });
  }

  /**
   * Changes a role, or disables or enables an account. Disabling ends the person's sessions; another role holds in those that are open,
   * within seconds. Throws ACCOUNT_NOT_FOUND or ACCOUNT_LAST_ADMINISTRATOR.
   */
  async update(accountId: string, change: InputOf<typeof updateAccount>['body']): Promise<Member> {
    const { organisationId } = requirePermission('account.update');
    const changed = await this.database.run(async (sql) => {
      const { member, administrators } = await this.accounts.memberForUpdate(sql, organisationId, accountId);
      if (!member)
        throw new HoldfastError('ACCOUNT_NOT_FOUND', {
          kind: 'not-found',
          message: `There is no account ${accountId} here.`,
          action: 'Reload the list.',
        });
      const losesAdministrator =
        member.role === 'admin' &&
        !member.disabled &&
        (change.disabled === true || (change.role !== undefined && change.role !== 'admin'));
      if (losesAdministrator && administrators === 1)
        throw new HoldfastError('ACCOUNT_LAST_ADMINISTRATOR', {
          kind: 'conflict',
          message: `${member.email} is the last administrator.`,
          action: 'Make somebody else an administrator first.',
        });
      await this.accounts.update(sql, organisationId, accountId, change);
      if (change.disabled === true) await this.sessions.endOthers(sql, accountId, null);
      await this.audit.record(sql, {
        action: 'account.changed',
        target: { kind: 'account', id: accountId },
        detail: { ...change, ...(change.role ? { roleBefore: member.role } : {}) },
      });
      return { ...member, role: change.role ?? member.role, disabled: change.disabled ?? member.disabled };
    });
    // Only now: read again before the commit, the sessions would be remembered with the role of before.
    this.sessions.readAgain(accountId);
    return changed;
  }

  /** Changes the own password; needs the current one, throttled like a sign-in. */
  async changePassword(body: InputOf<typeof changePassword>['body'], token: string): Promise<void> {
    const { actor } = currentContext();
    const key = `password:${actor.id}`;
    await this.throttle.begin(key, 5);
    const hash = await this.database.run((sql) => this.accounts.passwordHash(sql, actor.id));
    if (!(await verifyPassword(body.currentPassword, hash)))
      throw new HoldfastError('PASSWORD_WRONG', {
        kind: 'invalid',
        message: 'The current password is not right.',
        action: 'Check it and try again.',
      });
    await this.throttle.forget([key]);
    const passwordHash = await hashPassword(body.newPassword);
    await this.database.run(async (sql) => {
      await this.accounts.setPassword(sql, actor.id, passwordHash);
      await this.sessions.endOthers(sql, actor.id, token);
      await this.audit.record(sql, { action: 'account.password-changed', target: { kind: 'account', id: actor.id } });
    });
  }
}

/** Identity lies below the access room, so it checks the context itself. */
function requirePermission(permission: 'account.read' | 'account.update') {
  const context = currentContext();
  if (context.permissions.has(permission)) return context;
  throw new HoldfastError('ACCESS_DENIED', {
    kind: 'forbidden',
    message: `This needs the permission ${permission}.`,
    action: 'Ask an administrator.',
  });
}
