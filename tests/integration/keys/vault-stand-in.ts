import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import type { VaultOptions } from '#keys';
import { type Answer, refusal, StandInTransit } from './vault-transit.ts';

interface Token {
  expiresAtMs: number;
  endsAtMs: number;
  usesLeft: number;
}

/** What the stand-in is told to be like. */
interface Behaviour {
  /** Status of every answer, as sealed (503), uninitialised (501) and standby (429, 472, 473) servers have it. */
  status?: number | undefined;
  latencyMs?: number | undefined;
  redirectTo?: string | undefined;
  /** Requests whose connection is cut instead of an answer. */
  cuts?: number;
  cutPath?: RegExp | undefined;
  /** Written as it is instead of an answer. */
  raw?: string | undefined;
  /** Paths that the policy forbids. */
  denied: RegExp | undefined;
  tokenSeconds: number;
  /** Seconds after which a token can't be renewed any more. */
  longestSeconds: number;
  tokenUses: number;
  secretIdUses: number;
}

export interface SeenRequest {
  method: string;
  path: string;
  headers: IncomingHttpHeaders;
}

/** A server with the wire contract of Vault as far as the appliance uses it, and all the ways in which one fails. */
export class VaultStandIn {
  readonly transit = new StandInTransit();
  readonly seen: SeenRequest[] = [];
  readonly behaviour: Behaviour = {
    denied: undefined,
    tokenSeconds: 3600,
    longestSeconds: 86_400,
    tokenUses: Number.POSITIVE_INFINITY,
    secretIdUses: Number.POSITIVE_INFINITY,
  };
  private readonly tokens = new Map<string, Token>();
  private readonly folder = mkdtempSync(join(tmpdir(), 'holdfast-vault-'));
  private readonly server;
  private secretId = randomUUID();
  private readonly roleId = randomUUID();

  constructor(certificate?: { key: string; cert: string }) {
    const answer = (request: IncomingMessage, response: ServerResponse) => void this.serve(request, response);
    this.server = certificate ? createSecureServer(certificate, answer) : createServer(answer);
  }

  async start(): Promise<void> {
    writeFileSync(join(this.folder, 'role-id'), `${this.roleId}\n`, { mode: 0o600 });
    this.newSecretId();
    await new Promise<void>((settle) => this.server.listen(0, '127.0.0.1', settle));
  }

  /** What a client needs to use it. */
  options(protocol = 'http'): VaultOptions {
    return {
      address: `${protocol}://127.0.0.1:${(this.server.address() as AddressInfo).port}`,
      mount: 'transit',
      authMount: 'approle',
      roleIdFile: join(this.folder, 'role-id'),
      secretIdFile: join(this.folder, 'secret-id'),
    };
  }

  /** Issues another secret id and puts it where the client reads it. */
  newSecretId(): void {
    this.secretId = randomUUID();
    writeFileSync(join(this.folder, 'secret-id'), this.secretId, { mode: 0o600 });
  }

  revokeTokens(): void {
    this.tokens.clear();
  }

  /** All secrets that must be in no error, log or other server. */
  get secrets(): string[] {
    return [...this.tokens.keys(), this.secretId];
  }

  logins(): number {
    return this.seen.filter(({ path }) => path.endsWith('/login')).length;
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((settle) => this.server.close(settle));
    rmSync(this.folder, { recursive: true, force: true });
  }

  private async serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { method = '', url = '', headers } = request;
    this.seen.push({ method, path: url, headers });
    const body = await text(request).catch(() => '');
    const { latencyMs, redirectTo, raw, cuts = 0, cutPath } = this.behaviour;
    if (cuts > 0 || cutPath?.test(url)) {
      this.behaviour.cuts = cuts - 1;
      return void request.socket.destroy();
    }
    if (latencyMs) await new Promise((settle) => setTimeout(settle, latencyMs).unref());
    if (redirectTo) return void response.writeHead(307, { Location: `${redirectTo}${url}` }).end();
    if (raw !== undefined) return void response.writeHead(200, { 'Content-Type': 'application/json' }).end(raw);
    const answer = this.answer(method, url.replace('/v1/', ''), headers, body === '' ? {} : JSON.parse(body));
    response.writeHead(answer.status, { 'Content-Type': 'application/json' });
    response.end(answer.body === undefined ? undefined : JSON.stringify(answer.body));
  }

  private answer(method: string, path: string, headers: IncomingHttpHeaders, body: Record<string, unknown>): Answer {
    const { status, denied } = this.behaviour;
    if (headers['x-vault-request'] !== 'true') return refusal(412, "missing required header 'X-Vault-Request'");
    if (path === 'sys/health') {
      const health = {
        version: 'stand-in',
        sealed: status === 503,
        standby: status === 429,
        server_time_utc: Math.floor(Date.now() / 1000),
      };
      return { status: status ?? 200, body: health };
    }
    if (status) return refusal(status, 'Vault is sealed');
    if (path === 'auth/approle/login') return this.login(body);
    const token = this.tokens.get(String(headers['x-vault-token']));
    if (!token || Date.now() > token.expiresAtMs || token.usesLeft-- <= 0)
      return refusal(403, 'permission denied', 'invalid token');
    if (path === 'auth/token/lookup-self') return { status: 200, body: { data: {} } };
    if (path === 'auth/token/renew-self') return this.renew(String(headers['x-vault-token']), token);
    if (denied?.test(path)) return refusal(403, '1 error occurred:\n\t* permission denied\n\n');
    if (path.startsWith('transit/')) return this.transit.answer(method, path.slice('transit/'.length), body);
    return refusal(404);
  }

  private login(body: Record<string, unknown>): Answer {
    const isRight = body.role_id === this.roleId && body.secret_id === this.secretId && this.behaviour.secretIdUses-- > 0;
    if (!isRight) return refusal(400, 'invalid role or secret ID');
    const token = `hvs.${randomUUID()}`;
    const { tokenSeconds, longestSeconds, tokenUses } = this.behaviour;
    this.tokens.set(token, {
      expiresAtMs: Date.now() + tokenSeconds * 1000,
      endsAtMs: Date.now() + longestSeconds * 1000,
      usesLeft: tokenUses,
    });
    return this.grant(token, tokenSeconds);
  }

  private renew(name: string, token: Token): Answer {
    const leftMs = Math.min(this.behaviour.tokenSeconds * 1000, token.endsAtMs - Date.now());
    token.expiresAtMs = Date.now() + leftMs;
    return this.grant(name, Math.max(1, Math.floor(leftMs / 1000)));
  }

  private grant(token: string, seconds: number): Answer {
    return { status: 200, body: { auth: { client_token: token, lease_duration: seconds, renewable: true } } };
  }
}

/** A stand-in that listens on the loopback. */
export async function startVaultStandIn(certificate?: { key: string; cert: string }): Promise<VaultStandIn> {
  const server = new VaultStandIn(certificate);
  await server.start();
  return server;
}
