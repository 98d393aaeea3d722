import { Inject, Injectable } from '@nestjs/common';
import { AuditTrail } from '#audit';
import { APPLIANCE, SystemDatabase } from '#database';
import { type AnswerOf, HoldfastError, type InputOf } from '#kernel';
import type { Appliance } from '#manifest';
import { AccountRepository } from './account.repository.ts';
import type { signIn } from './http/identity.contract.ts';
import { verifyPassword } from './password.ts';
import { type ClientFacts, describeSession, type NewSession, SessionService } from './session.service.ts';
import { ThrottleRepository } from './throttle.repository.ts';

/** Attempts one address may make across accounts, as a multiple of those per account. */
const perAddressFactor = 20;

export interface SignedIn {
  session: NewSession;
  answer: AnswerOf<typeof signIn>;
}

/** Sign-in with e-mail and password: throttled, equally slow and equally worded for every cause of refusal. */
@Injectable()
export class SignInService {
  constructor(
    @Inject(SystemDatabase) private readonly database: SystemDatabase,
    @Inject(AccountRepository) private readonly accounts: AccountRepository,
    @Inject(SessionService) private readonly sessions: SessionService,
    @Inject(ThrottleRepository) private readonly throttle: ThrottleRepository,
    @Inject(AuditTrail) private readonly audit: AuditTrail,
    @Inject(APPLIANCE) private readonly appliance: Appliance,
  ) {}

  async signIn(body: InputOf<typeof signIn>['body'], client: ClientFacts, requestId: string): Promise<SignedIn> {
    const { freeAttempts } = this.appliance.sessions;
    const keys = [`account:${body.email}:${client.address}`, `address:${client.address}`];
    await this.throttle.begin(keys[0] ?? '', freeAttempts);
    await this.throttle.begin(keys[1] ?? '', freeAttempts * perAddressFactor);
    const credential = await this.database.run((sql) => this.accounts.credential(sql, body.email));
    const isRight = await verifyPassword(body.password, credential?.passwordHash);
    const actor = { kind: 'account' as const, id: credential?.accountId ?? 'unknown', label: body.email };
    const entry = {
      organisationId: credential?.organisationId ?? null,
      actor,
      requestId,
      target: { kind: 'account', id: actor.id },
    };
    if (!credential || !isRight) {
      await this.audit.recordRefusal({ ...entry, action: 'session.refused', detail: { address: client.address } });
      throw new HoldfastError('SIGN_IN_REFUSED', {
        kind: 'unauthenticated',
        message: 'E-mail address and password do not match an account.',
        action: 'Check both, or ask an administrator.',
      });
    }
    const session = await this.database.run(async (sql) => {
      await this.audit.recordSystem(sql, { ...entry, action: 'session.started', detail: { address: client.address } });
      return this.sessions.start(sql, credential.accountId, credential.organisationId, client);
    });
    await this.throttle.forget(keys.slice(0, 1));
    return { session, answer: describeSession({ ...credential, expiresAt: session.expiresAt }) };
  }
}
