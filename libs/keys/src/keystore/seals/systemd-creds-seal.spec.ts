import { execFileSync } from 'node:child_process';
import { randomBytes, randomUUID } from 'node:crypto';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { SystemdCredsSeal } from './systemd-creds-seal.adapter.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'holdfast-creds-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** The real systemd-creds, whose secret of the installation is one of this test's: the machine's own stays as it is. */
function credsOf(installation: string): string {
  const state = join(folder, installation);
  mkdirSync(state, { recursive: true });
  const program = join(folder, `${installation}.sh`);
  const words = 'mount --bind "$0" /var/lib/systemd && exec systemd-creds "$@"';
  writeFileSync(program, `#!/bin/sh\nexec unshare -m sh -c '${words}' '${state}' "$@"\n`);
  chmodSync(program, 0o755);
  return program;
}

function whyNot(): string | undefined {
  try {
    execFileSync(credsOf('trial'), ['encrypt', '--with-key=host', '--name=t', '-', '-'], {
      input: 'x',
      stdio: ['pipe', 'ignore', 'pipe'],
    });
    return undefined;
  } catch (error) {
    return `systemd-creds does not work here: ${String((error as { stderr?: Buffer }).stderr ?? error).trim()}`;
  }
}

it('K18 opens on its own installation only, for its own store only', async (ctx) => {
  const reason = whyNot();
  if (reason) ctx.skip(reason);
  const [master, storeId] = [randomBytes(32), randomUUID()];
  const own = new SystemdCredsSeal(credsOf('own'));
  const { record } = await own.make(master, storeId);
  if (record.kind !== 'systemd-creds' || record.boundTo === 'unit') throw new Error(record.kind);
  expect(await own.open(record, storeId)).toEqual(master);
  expect(own.warning({ ...record, boundTo: 'host' })).toContain('not to a TPM 2');
  const other = new SystemdCredsSeal(credsOf('other'));
  await other.make(master, storeId);
  const fails = { code: 'KEYS_UNSEAL_FAILED' };
  await expect(other.open(record, storeId)).rejects.toMatchObject(fails);
  await expect(own.open(record, randomUUID())).rejects.toMatchObject(fails);
  await expect(own.open({ ...record, credential: 'AAAA' }, storeId)).rejects.toMatchObject(fails);
});

it('says so where systemd-creds is missing or fails', async () => {
  const refused = { code: 'KEYS_SEAL_UNSUPPORTED', kind: 'unsupported' };
  const missing = new SystemdCredsSeal(join(folder, 'nothing'));
  await expect(missing.make(randomBytes(32), randomUUID())).rejects.toMatchObject(refused);
  const failing = new SystemdCredsSeal('/bin/false');
  await expect(failing.make(randomBytes(32), randomUUID())).rejects.toMatchObject(refused);
});
