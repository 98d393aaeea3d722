import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { newId, runAs } from '#kernel';
import { VaultKeyProvider } from '#keys';
import { keyProviderContract } from '#testing';
import { startVaultStandIn, type VaultStandIn } from './vault-stand-in.ts';

const name = 'hf-organisation';
const bound = Buffer.from('bound');

keyProviderContract('A stand-in of Vault', async () => {
  const server = await startVaultStandIn();
  const provider = new VaultKeyProvider(server.options());
  return {
    provider,
    close: async () => {
      provider.close();
      await server.stop();
    },
  };
});

let server: VaultStandIn;
let provider: VaultKeyProvider;
beforeEach(async () => {
  server = await startVaultStandIn();
  provider = new VaultKeyProvider(server.options());
  await provider.ensureKey(name);
});
afterEach(async () => {
  provider.close();
  await server.stop();
});

/** The error of a failing call, which must tell nobody a secret. */
async function failureOf(call: Promise<unknown>): Promise<{ code: string; message: string }> {
  const error = await call.then(
    () => expect.unreachable('It should have failed.'),
    (thrown) => thrown,
  );
  const told = JSON.stringify({ ...error, message: error.message, stack: error.stack, cause: error.cause });
  for (const secret of server.secrets) expect(told).not.toContain(secret);
  return error;
}

const encrypt = () => provider.encrypt(name, Buffer.from('a'), bound);

describe('a Vault server that is not itself', () => {
  it.each([
    [503, 'SEALED', 'KEYS_SEALED'],
    [501, 'SEALED', 'KEYS_SEALED'],
    [429, 'DEGRADED', 'KEYS_UNAVAILABLE'],
    [472, 'DEGRADED', 'KEYS_UNAVAILABLE'],
    [473, 'DEGRADED', 'KEYS_UNAVAILABLE'],
    [500, 'DEGRADED', 'KEYS_UNAVAILABLE'],
  ])('K12, K13 is told by its status: %i means %s', async (status, state, code) => {
    server.behaviour.status = status;
    expect(await provider.health()).toMatchObject({ state, reason: expect.any(String), detail: { code } });
    expect(await failureOf(encrypt())).toMatchObject({ code, kind: 'unavailable', retryAfterSeconds: expect.any(Number) });
    server.behaviour.status = undefined;
    expect(await provider.health()).toMatchObject({ state: 'READY', reason: null });
    await encrypt();
  });

  it('K14 is given up within two seconds when it takes ten, and then fails at once', async () => {
    server.behaviour.latencyMs = 10_000;
    const startMs = performance.now();
    expect(await provider.health()).toMatchObject({ state: 'DEGRADED' });
    expect(performance.now() - startMs).toBeLessThan(2000);
    for (let call = 0; call < 2; call++) {
      const callMs = performance.now();
      expect(await failureOf(encrypt())).toMatchObject({ code: 'KEYS_UNAVAILABLE' });
      expect(performance.now() - callMs).toBeLessThan(2800);
    }
    const openMs = performance.now();
    for (let call = 0; call < 50; call++) expect(await failureOf(encrypt())).toMatchObject({ code: 'KEYS_UNAVAILABLE' });
    expect(performance.now() - openMs).toBeLessThan(1000);
    server.behaviour.latencyMs = undefined;
    expect(await provider.health()).toMatchObject({ state: 'READY' });
    await encrypt();
  });

  it('K15 redirects to another host: the token never gets there', async () => {
    const visits: unknown[] = [];
    const elsewhere = createServer((request, response) => {
      visits.push(request.headers);
      response.end('{}');
    });
    await new Promise<void>((settle) => elsewhere.listen(0, '127.0.0.1', settle));
    server.behaviour.redirectTo = `http://127.0.0.1:${(elsewhere.address() as AddressInfo).port}`;
    expect(await failureOf(encrypt())).toMatchObject({
      code: 'KEYS_UNAVAILABLE',
      message: expect.stringContaining('redirects'),
    });
    expect(await provider.health()).toMatchObject({ state: 'DEGRADED' });
    expect(visits).toEqual([]);
    await new Promise((settle) => elsewhere.close(settle));
  });

  it('answers too much, or what is no JSON, or JSON of another shape', async () => {
    for (const raw of ['x'.repeat(3_000_000), '<html>', '{"data":', '']) {
      server.behaviour.raw = raw;
      const { code } = await failureOf(new VaultKeyProvider(server.options()).describe(name));
      expect(['KEYS_UNAVAILABLE', 'KEYS_PROTOCOL']).toContain(code);
    }
    for (const raw of [
      '[]',
      'null',
      '7',
      '{}',
      '{"data":{}}',
      '{"data":{"ciphertext":7}}',
      '{"data":{"ciphertext":"plain"}}',
    ]) {
      server.behaviour.raw = raw;
      expect(await failureOf(encrypt())).toMatchObject({ code: 'KEYS_PROTOCOL', kind: 'bug' });
    }
  });

  it('has given up a connection that we use again: asked once more, unless that would count twice', async () => {
    await encrypt();
    server.behaviour.cuts = 1;
    await encrypt();
    const rotations = () => server.seen.filter(({ path }) => path.endsWith('/rotate')).length;
    server.behaviour.cutPath = /rotate$/;
    expect(await failureOf(provider.rotate(name))).toMatchObject({ code: 'KEYS_UNAVAILABLE' });
    expect(rotations()).toBe(1);
    server.behaviour.cutPath = undefined;
    server.behaviour.cuts = 2;
    expect(await failureOf(encrypt())).toMatchObject({ code: 'KEYS_UNAVAILABLE' });
  });

  it('is away, and comes back', async () => {
    await server.stop();
    expect(await provider.health()).toMatchObject({ state: 'DEGRADED', detail: { code: 'KEYS_UNAVAILABLE' } });
    expect(await failureOf(encrypt())).toMatchObject({ code: 'KEYS_UNAVAILABLE' });
    server = await startVaultStandIn();
    provider.close();
    provider = new VaultKeyProvider(server.options());
    expect(await provider.health()).toMatchObject({ state: 'READY' });
  });
});

describe('K17 our token', () => {
  it('is fetched anew when it was revoked, once for all who find out at the same time', async () => {
    const { ciphertext } = await encrypt();
    server.revokeTokens();
    await Promise.all(Array.from({ length: 10 }, () => provider.decrypt(name, ciphertext, bound)));
    expect(server.logins()).toBeLessThanOrEqual(3);
  });

  it('is fetched anew when its uses are used up', async () => {
    server.behaviour.tokenUses = 5;
    server.revokeTokens();
    for (let call = 0; call < 20; call++) await encrypt();
    expect(server.logins()).toBeGreaterThan(3);
  });

  it('is renewed before it ends, and replaced near the end of its longest life', async () => {
    Object.assign(server.behaviour, { tokenSeconds: 2, longestSeconds: 4 });
    server.revokeTokens();
    const endMs = Date.now() + 7000;
    while (Date.now() < endMs) {
      await encrypt();
      await sleep(200);
    }
    const renewals = server.seen.filter(({ path }) => path.endsWith('renew-self')).length;
    expect(renewals).toBeGreaterThanOrEqual(2);
    expect(server.logins()).toBeGreaterThanOrEqual(2);
  });

  it('K22 outlives a wall clock that jumps by a day, forth and back', async () => {
    const { ciphertext } = await encrypt();
    const nowMs = Date.now();
    try {
      for (const days of [1, 0, -1, 0]) {
        vi.useFakeTimers({ toFake: ['Date'], now: nowMs + days * 86_400_000 });
        expect((await provider.decrypt(name, ciphertext, bound)).toString()).toBe('a');
        expect(await provider.health()).toMatchObject({ state: 'READY' });
      }
    } finally {
      vi.useRealTimers();
    }
    // The stand-in keeps its leases by the wall clock: once it takes ours for expired.
    expect(server.logins()).toBeLessThanOrEqual(2);
  });

  it('is refused with the secret id: says so, does not hammer, and takes a new secret id at once', async () => {
    server.behaviour.secretIdUses = 0;
    server.revokeTokens();
    const before = server.logins();
    for (let call = 0; call < 10; call++)
      expect(await failureOf(encrypt())).toMatchObject({
        code: 'KEYS_REFUSED',
        kind: 'unavailable',
        message: expect.stringContaining('AppRole'),
      });
    expect(server.logins() - before).toBeLessThanOrEqual(2);
    expect(await provider.health()).toMatchObject({ state: 'DEGRADED', detail: { code: 'KEYS_REFUSED' } });
    server.newSecretId();
    server.behaviour.secretIdUses = 1;
    await encrypt();
    expect(await provider.health()).toMatchObject({ state: 'READY' });
  });

  it('does not help where the policy forbids: no second login', async () => {
    await encrypt();
    server.behaviour.denied = /^transit\/encrypt/;
    const before = server.logins();
    expect(await failureOf(encrypt())).toMatchObject({
      code: 'KEYS_REFUSED',
      message: expect.stringContaining('does not allow'),
    });
    expect(server.logins()).toBe(before);
  });
});

describe('K16 what is asked', () => {
  it('goes to paths of fixed words and checked names, with the header that browsers cannot send', async () => {
    const { ciphertext } = await encrypt();
    await provider.rotate(name);
    await provider.rewrap(name, [{ ciphertext, associatedData: bound }]);
    await provider.setMinimumVersion(name, 2);
    await expect(provider.describe('hf-../../sys/mounts')).rejects.toMatchObject({ code: 'KEYS_NAME_INVALID' });
    for (const { path, headers } of server.seen) {
      expect(path).toMatch(
        /^\/v1\/(sys\/health|auth\/(approle\/login|token\/[a-z-]+)|transit\/(keys|encrypt|decrypt)\/hf-organisation(\/(rotate|config|trim))?)$/,
      );
      expect(headers['x-vault-request']).toBe('true');
    }
  });

  it('goes to a server whose certificate the given authority has signed, and to no other', async (ctx) => {
    const folder = mkdtempSync(join(tmpdir(), 'holdfast-tls-'));
    try {
      const [own, other] = ['own', 'other'].map((which) => {
        const [key, cert] = [join(folder, `${which}.key`), join(folder, `${which}.pem`)];
        const words = [
          'req',
          '-x509',
          '-newkey',
          'ec',
          '-pkeyopt',
          'ec_paramgen_curve:P-256',
          '-nodes',
          '-days',
          '2',
          '-subj',
          '/CN=vault',
        ];
        execFileSync('openssl', [...words, '-addext', 'subjectAltName=IP:127.0.0.1', '-keyout', key, '-out', cert], {
          stdio: 'ignore',
        });
        return { key: readFileSync(key, 'utf8'), cert: readFileSync(cert, 'utf8') };
      });
      const secure = await startVaultStandIn(own);
      const trusting = new VaultKeyProvider({ ...secure.options('https'), ca: own?.cert });
      const others = [
        new VaultKeyProvider({ ...secure.options('https'), ca: other?.cert }),
        new VaultKeyProvider(secure.options('https')),
      ];
      try {
        await trusting.ensureKey(name);
        const count = secure.seen.length;
        for (const doubting of others)
          expect(await failureOf(doubting.describe(name))).toMatchObject({ code: 'KEYS_UNAVAILABLE' });
        expect(secure.seen.length).toBe(count);
      } finally {
        for (const client of [trusting, ...others]) client.close();
        await secure.stop();
      }
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return ctx.skip('openssl is not installed');
      throw error;
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });

  it('is nothing where everybody may read the secret id', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'holdfast-secret-'));
    const secretIdFile = join(folder, 'secret-id');
    writeFileSync(secretIdFile, 'open', { mode: 0o644 });
    const careless = new VaultKeyProvider({ ...server.options(), secretIdFile });
    expect(await failureOf(careless.describe(name))).toMatchObject({
      code: 'KEYS_REFUSED',
      message: expect.stringContaining('600'),
    });
    careless.close();
    rmSync(folder, { recursive: true, force: true });
  });
});

/** The ids that the server was given since a moment. */
const idsSince = (start: number) => server.seen.slice(start).map(({ headers }) => String(headers['x-holdfast-request']));

it('gives every call an id: that of the request it belongs to, else one for the whole of what was asked', async () => {
  const requestId = newId();
  const context = {
    organisationId: newId(),
    actor: { kind: 'system', id: 'x', label: 'x' },
    permissions: new Set<never>(),
    requestId,
  } as const;
  let start = server.seen.length;
  await runAs(context, encrypt);
  expect(new Set(idsSince(start))).toEqual(new Set([requestId]));
  start = server.seen.length;
  const { detail } = await provider.health();
  expect(new Set(idsSince(start))).toEqual(new Set([detail.requestId]));
  start = server.seen.length;
  await encrypt();
  await encrypt();
  expect(new Set(idsSince(start)).size).toBe(server.seen.length - start);
});
