import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { VaultOptions } from '#keys';
import { findCheckout } from '#manifest';

interface Announcement {
  address: string;
  rootToken: string;
  unsealKey: string;
}

/** The policy that the guide tells operators to write. */
function policyOfTheGuide(): string {
  const guide = readFileSync(join(findCheckout(), 'docs', 'guides', 'vault.md'), 'utf8');
  const [, policy = ''] = /```hcl\n([\s\S]*?)```/.exec(guide) ?? [];
  return policy;
}

/** A real Vault in memory, set up as the guide says. */
export class RealVault {
  private readonly child: ChildProcess;
  private readonly announced: Announcement;
  private readonly folder = mkdtempSync(join(tmpdir(), 'holdfast-vault-'));

  private constructor(child: ChildProcess, announced: Announcement) {
    this.child = child;
    this.announced = announced;
  }

  static async start(program: string, role: Record<string, unknown> = {}): Promise<RealVault> {
    const child = spawn(program, { stdio: ['pipe', 'pipe', 'inherit'] });
    const [line] = await once(child.stdout.setEncoding('utf8'), 'data');
    const vault = new RealVault(child, JSON.parse(line) as Announcement);
    await vault.setUp(role);
    return vault;
  }

  get options(): VaultOptions {
    return {
      address: this.announced.address,
      mount: 'transit',
      authMount: 'approle',
      roleIdFile: join(this.folder, 'role-id'),
      secretIdFile: join(this.folder, 'secret-id'),
    };
  }

  /** Asks as root unless another token is given. */
  async ask(
    method: string,
    path: string,
    body?: unknown,
    token = this.announced.rootToken,
  ): Promise<{ status: number; data: Record<string, unknown> }> {
    const answer = await fetch(`${this.announced.address}/v1/${path}`, {
      method,
      headers: { 'X-Vault-Token': token, 'Content-Type': 'application/json' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await answer.text();
    const parsed = text === '' ? {} : JSON.parse(text);
    return { status: answer.status, data: parsed.data ?? parsed };
  }

  async newSecretId(): Promise<void> {
    const { data } = await this.ask('POST', 'auth/approle/role/holdfast/secret-id', {});
    writeFileSync(join(this.folder, 'secret-id'), String(data.secret_id), { mode: 0o600 });
  }

  /** A token as the appliance has it. */
  async token(): Promise<string> {
    const { roleIdFile, secretIdFile } = this.options;
    const body = { role_id: readFileSync(roleIdFile, 'utf8'), secret_id: readFileSync(secretIdFile, 'utf8') };
    const { data } = await this.ask('POST', 'auth/approle/login', body);
    return String((data.auth as { client_token: string }).client_token);
  }

  /** Revokes every token that AppRole has given. */
  async revokeTokens(): Promise<void> {
    await this.ask('PUT', 'sys/leases/revoke-prefix/auth/approle/login', { sync: true });
  }

  async seal(): Promise<void> {
    await this.ask('PUT', 'sys/seal');
  }

  async unseal(): Promise<void> {
    await this.ask('PUT', 'sys/unseal', { key: this.announced.unsealKey });
  }

  async stop(): Promise<void> {
    const ended = once(this.child, 'exit');
    this.child.stdin?.end();
    await ended;
    rmSync(this.folder, { recursive: true, force: true });
  }

  private async setUp(role: Record<string, unknown>): Promise<void> {
    await this.ask('POST', 'sys/mounts/transit', { type: 'transit' });
    await this.ask('POST', 'sys/auth/approle', { type: 'approle' });
    await this.ask('PUT', 'sys/policies/acl/holdfast', { policy: policyOfTheGuide() });
    await this.ask('POST', 'auth/approle/role/holdfast', { token_policies: 'holdfast', token_period: '1h', ...role });
    const { data } = await this.ask('GET', 'auth/approle/role/holdfast/role-id');
    writeFileSync(join(this.folder, 'role-id'), String(data.role_id), { mode: 0o600 });
    await this.newSecretId();
  }
}
