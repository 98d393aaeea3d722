import { execFileSync } from 'node:child_process';
import { randomBytes, randomUUID } from 'node:crypto';
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { credentialBoundTo } from './credential-kind.ts';
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
  expect(credentialBoundTo(record.credential)).toBe(record.boundTo);
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

/** A systemd-creds on a machine with a TPM that writes down its words, and seals by writing the other way round. */
function credsWithTpm(): { program: string; calls(): string[] } {
  const program = join(folder, 'with-tpm.sh');
  const calls = join(folder, 'calls');
  writeFileSync(program, `#!/bin/sh\necho "$*" >>'${calls}'\n[ "$1" = has-tpm2 ] || rev\n`, { mode: 0o755 });
  return { program, calls: () => readFileSync(calls, 'utf8').trim().split('\n') };
}

it('asks for the TPM and the state of the firmware where there is one, and for a name of the store', async () => {
  const { program, calls } = credsWithTpm();
  const seal = new SystemdCredsSeal(program);
  const storeId = randomUUID();
  const { record } = await seal.make(Buffer.alloc(32, 'k'), storeId);
  if (record.kind !== 'systemd-creds' || record.boundTo === 'unit') throw new Error(record.kind);
  expect(await seal.open(record, storeId)).toEqual(Buffer.alloc(32, 'k'));
  expect(calls()).toEqual([
    'has-tpm2 --quiet',
    `encrypt --with-key=host+tpm2 --tpm2-pcrs=7 --name=hf-master-${storeId} - -`,
    `decrypt --name=hf-master-${storeId} - -`,
  ]);
  expect([seal.boundTo(record), seal.warning(record)]).toEqual(['host+tpm2', null]);
});

/** A unit's credential: the key in the clear, and the file it comes from, of which only the beginning is looked at. */
function unitKey(kind: string): { keyFile: string; sealedFile: string } {
  const files = { keyFile: join(folder, 'hf-master'), sealedFile: join(folder, 'hf-master.cred') };
  writeFileSync(files.keyFile, randomBytes(32));
  writeFileSync(files.sealedFile, Buffer.concat([Buffer.from(kind, 'hex'), randomBytes(80)]).toString('base64'));
  return files;
}

it('in a unit wraps the master key by what systemd hands over, and says what that is bound to', async () => {
  const files = unitKey('93a894094874449090caf2fc93cab553');
  const seal = new SystemdCredsSeal('/bin/false', files);
  const [master, storeId] = [randomBytes(32), randomUUID()];
  const { record } = await seal.make(master, storeId);
  if (record.kind !== 'systemd-creds') throw new Error(record.kind);
  expect(await seal.open(record, storeId)).toEqual(master);
  expect([seal.boundTo(record), seal.warning(record)]).toEqual(['host+tpm2', null]);
  const fails = { code: 'KEYS_UNSEAL_FAILED' };
  await expect(seal.open(record, randomUUID())).rejects.toMatchObject(fails);
  await expect(new SystemdCredsSeal('/bin/false').open(record, storeId)).rejects.toMatchObject(fails);
  const warnings = {
    '5a1c6a86df9d4096b1d5a65e0862f19a': 'not to a TPM 2',
    '058469daf6f54324800549da0f8ea2fb': 'no key at all',
    '00000000000000000000000000000000': 'not known',
  };
  for (const [kind, words] of Object.entries(warnings)) {
    unitKey(kind);
    expect(seal.warning(record)).toContain(words);
    await expect(seal.open(record, storeId)).rejects.toMatchObject(fails);
  }
  rmSync(files.keyFile);
  await expect(seal.open(record, storeId)).rejects.toMatchObject({ ...fails, message: expect.stringContaining('is missing') });
});
