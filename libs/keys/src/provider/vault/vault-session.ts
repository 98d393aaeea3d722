import { createHash, randomInt } from 'node:crypto';
import { asHoldfastError, type HoldfastError } from '#kernel';
import { loggerFor } from '#telemetry';
import { keyError } from '../key-error.ts';
import { readSecretFile } from './secret-file.adapter.ts';
import { grantSchema, requireAnswer } from './vault-answer.ts';
import type { VaultAnswer, VaultHttp, VaultRequest } from './vault-http.adapter.ts';

const log = loggerFor('vault');
const shortestRenewalMs = 1_000;
const firstRefusalMs = 1_000;
const longestRefusalMs = 60_000;

/** How we sign in: AppRole, by the contents of two files that are read at every login, so that they can be replaced at any time. */
export interface VaultCredentials {
  authMount: string;
  roleIdFile: string;
  secretIdFile: string;
}

interface Grant {
  token: string;
  leaseSeconds: number;
  /** On the clock that never goes back: a wall clock that jumps must not end or prolong a lease. */
  expiresAtMs: number;
}

interface Refusal {
  error: HoldfastError;
  credentials: string;
  untilMs: number;
  pauseMs: number;
}

/**
 * Our token: fetched by AppRole, renewed at two thirds of its life, fetched anew when the server no longer takes it. A login that is refused
 * is not tried again for a while with the same credentials: their uses may be counted.
 */
export class VaultSession {
  private readonly http: VaultHttp;
  private readonly credentials: VaultCredentials;
  private grant: Grant | undefined;
  private login: Promise<Grant> | undefined;
  private renewal: NodeJS.Timeout | undefined;
  private refusal: Refusal | undefined;

  constructor(http: VaultHttp, credentials: VaultCredentials) {
    this.http = http;
    this.credentials = credentials;
  }

  /** When our token ends unless it is renewed; undefined while there is none. */
  get expiresAt(): Date | undefined {
    return this.grant && new Date(Date.now() + this.grant.expiresAtMs - performance.now());
  }

  /** Makes sure that there is a token that should be taken. Throws KEYS_REFUSED, KEYS_SEALED or KEYS_UNAVAILABLE. */
  async ensure(timeoutMs?: number): Promise<void> {
    await this.current(timeoutMs);
  }

  /**
   * Asks under our token. When it is refused and the token turns out to be dead (expired, revoked, used up), asks once more under a new one;
   * an answer of 403 then means that the policy forbids it.
   */
  async ask(request: VaultRequest): Promise<VaultAnswer> {
    const grant = await this.current();
    const answer = await this.http.ask({ ...request, token: grant.token });
    if (answer.status !== 403 || (await this.isAlive(grant))) return answer;
    if (this.grant === grant) this.forget();
    return this.http.ask({ ...request, token: (await this.current()).token });
  }

  /** Forgets the token. */
  close(): void {
    this.forget();
  }

  private async isAlive({ token }: Grant): Promise<boolean> {
    const { status } = await this.http.ask({ method: 'GET', path: 'auth/token/lookup-self', token });
    return status === 200;
  }

  private async current(timeoutMs?: number): Promise<Grant> {
    if (this.grant && performance.now() < this.grant.expiresAtMs) return this.grant;
    this.login ??= this.signIn(timeoutMs).finally(() => {
      this.login = undefined;
    });
    return this.login;
  }

  private async signIn(timeoutMs?: number): Promise<Grant> {
    const { authMount, roleIdFile, secretIdFile } = this.credentials;
    const body = { role_id: readSecretFile(roleIdFile), secret_id: readSecretFile(secretIdFile) };
    const credentials = createHash('sha256').update(JSON.stringify(body)).digest('hex');
    const { refusal } = this;
    if (refusal?.credentials === credentials && performance.now() < refusal.untilMs) throw refusal.error;
    const answer = await this.http.ask({ method: 'POST', path: `auth/${authMount}/login`, body, timeoutMs });
    if (answer.status === 400 || answer.status === 403) throw this.refuse(credentials);
    this.refusal = undefined;
    log.info('Signed in at the Vault server');
    return this.take(answer, 'sign in');
  }

  private refuse(credentials: string): HoldfastError {
    const message = 'The Vault server refuses our AppRole: role id or secret id are wrong, expired or used up.';
    const error = keyError('KEYS_REFUSED', message);
    const pauseMs = Math.min((this.refusal?.pauseMs ?? firstRefusalMs / 2) * 2, longestRefusalMs);
    this.refusal = { error, credentials, pauseMs, untilMs: performance.now() + pauseMs };
    log.error({ code: error.code }, message);
    return error;
  }

  private take(answer: VaultAnswer, what: string): Grant {
    const { auth } = requireAnswer(answer, grantSchema, what);
    // A lease of zero seconds never ends.
    const leaseSeconds = auth.lease_duration === 0 ? 86_400 : auth.lease_duration;
    const grant = { token: auth.client_token, leaseSeconds, expiresAtMs: performance.now() + leaseSeconds * 1000 };
    this.grant = grant;
    this.planRenewal((leaseSeconds * 2000) / 3);
    return grant;
  }

  /** Renews after the given time, give or take a tenth: the processes of an appliance must not all come at once. */
  private planRenewal(delayMs: number): void {
    clearTimeout(this.renewal);
    const jitteredMs = Math.max((delayMs * randomInt(900, 1101)) / 1000, shortestRenewalMs);
    this.renewal = setTimeout(() => void this.renew(), Math.min(jitteredMs, 2 ** 31 - 1)).unref();
  }

  private async renew(): Promise<void> {
    const { grant } = this;
    if (!grant) return;
    try {
      const request = { method: 'POST', path: 'auth/token/renew-self', body: {}, token: grant.token } as const;
      const answer = await this.http.ask(request);
      if (this.grant !== grant) return;
      if (answer.status === 400 || answer.status === 403) this.forget();
      else this.extend(grant, this.take(answer, 'renew our token'));
      if (!this.grant) await this.current();
    } catch (error) {
      log.warn({ code: asHoldfastError(error).code }, 'Our token at the Vault server could not be renewed');
      if (this.grant === grant) this.planRenewal((grant.expiresAtMs - performance.now()) / 3);
    }
  }

  /** A token near the end of its longest life is renewed for ever shorter times: another is fetched in time. */
  private extend(former: Grant, renewed: Grant): void {
    if (renewed.leaseSeconds < former.leaseSeconds / 2) this.forget();
  }

  private forget(): void {
    clearTimeout(this.renewal);
    this.grant = undefined;
  }
}
