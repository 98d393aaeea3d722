import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { whyNoCage } from './cage.ts';

const checkout = join(import.meta.dirname, '..', '..', '..');
let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'holdfast-systemd-'));
  for (const name of ['top', 'out']) mkdirSync(join(folder, name));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

it('the unit runs under a real systemd: with the keystore of before, with its credential, for its group, after a crash, and by shares on another machine', (ctx) => {
  const reason = whyNoCage(['/lib/systemd/systemd', 'systemd-creds', 'findmnt', 'pivot_root']);
  if (reason) ctx.skip(reason);
  execFileSync(join(import.meta.dirname, 'cage.sh'), [folder, checkout, join(import.meta.dirname, 'unit.sh')]);
  const log = existsSync(join(folder, 'out/log')) ? readFileSync(join(folder, 'out/log'), 'utf8') : 'systemd did not start';
  expect(existsSync(join(folder, 'out/answers')), log).toBe(true);
  const lines = readFileSync(join(folder, 'out/answers'), 'utf8').trim().split('\n');
  const answers = Object.fromEntries(lines.map((line) => line.split('\t')));
  const keeper = { account: 'holdfast-keyd', isSeparate: true };
  const asTold = (name: string) => JSON.parse(answers[name] ?? '{}');
  expect(asTold('former'), log).toMatchObject({ state: 'READY', seal: 'file', opens: true });
  expect(asTold('moved'), log).toMatchObject({ state: 'READY', seal: 'file', keeper, opens: true });
  expect(answers.left).toBe('/srv/former/secrets: keystore.moved  /var/lib/holdfast-keyd: keystore.json ');
  for (const name of ['resealed', 'shares', 'member', 'killed', 'again'])
    expect(asTold(name), `${name}\n${log}`).toMatchObject({ state: 'READY', boundTo: 'host', keeper, opens: true });
  expect(answers).toMatchObject({ memory: 'root', 'writable-code': '0', interfaces: '1' });
  expect(answers.privileges?.trim()).toBe('0000000000000000 0000000000000000 1 2');
  expect(asTold('stranger')).toMatchObject({ state: 'DEGRADED', reason: expect.stringContaining('EACCES') });
  expect(answers['other-machine']).toContain('243');
  expect(asTold('without-credential')).toMatchObject({ state: 'SEALED', reason: expect.stringContaining('is missing') });
  expect(asTold('by-shares')).toMatchObject({ state: 'READY', opens: true });
}, 180_000);

it('the credential opens with its TPM and the measured state of the firmware only', (ctx) => {
  const reason = whyNoCage(['swtpm', 'systemd-creds', 'python3']);
  if (reason) ctx.skip(`${reason} (Debian packages swtpm, libtss2-tcti-swtpm0, libtss2-esys-3.0.2-0, libtss2-rc0)`);
  const script = join(import.meta.dirname, 'tpm.sh');
  const words = ['--mount', '--net', '--pid', '--fork', '--kill-child', 'bash', script, folder];
  const { stdout, stderr } = spawnSync('unshare', words, { encoding: 'utf8', timeout: 60_000 });
  expect(stdout.trim().split('\n'), stderr).toEqual([
    'sealed 0',
    'kind 93a894094874449090caf2fc93cab553',
    'opens 0',
    'same 0',
    'under another name 1',
    'after a restart 0',
    'after other firmware 1',
    'with another TPM 1',
  ]);
});
