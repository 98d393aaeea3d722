import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { environmentForChildren, findCheckout } from '#manifest';

const units = join(findCheckout(), 'systemd');
const mostExposure = 1.5;
let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'holdfast-unit-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** Why systemd's own programs cannot judge units here; undefined where they can. */
function whyNot(program: string, words: string[]): string | undefined {
  const { error, stdout } = spawnSync(program, ['--help'], { encoding: 'utf8' });
  if (error) return `${program} is not installed`;
  return words.every((word) => stdout.includes(word)) ? undefined : `this ${program} knows no ${words.join(', ')}`;
}

/** The unit and its drop-in with a program that exists, in a folder as systemd wants it. */
function unitFile(): string {
  const unit = readFileSync(join(units, 'holdfast-keyd.service'), 'utf8');
  const file = join(folder, 'holdfast-keyd.service');
  writeFileSync(file, unit.replace('/usr/lib/holdfast-keyd/node', process.execPath));
  mkdirSync(`${file}.d`);
  writeFileSync(join(`${file}.d`, 'seal.conf'), readFileSync(join(units, 'holdfast-keyd.service.d', 'seal.conf')));
  return file;
}

it('the unit says nothing that systemd does not understand', (ctx) => {
  const reason = whyNot('systemd-analyze', ['verify']);
  if (reason) ctx.skip(reason);
  const { status, stderr } = spawnSync('systemd-analyze', ['verify', unitFile()], { encoding: 'utf8' });
  expect([stderr.trim(), status]).toEqual(['', 0]);
});

it(`the unit is exposed by ${mostExposure} of 10 at most`, (ctx) => {
  const reason = whyNot('systemd-analyze', ['--offline', '--threshold']);
  if (reason) ctx.skip(reason);
  const words = ['security', '--no-pager', '--offline=yes', `--threshold=${mostExposure * 10}`, unitFile()];
  const { status, stdout } = spawnSync('systemd-analyze', words, { encoding: 'utf8' });
  const exposure = Number(/Overall exposure level.*: ([\d.]+)/.exec(stdout)?.[1]);
  expect(exposure).toBeLessThanOrEqual(mostExposure);
  expect(status).toBe(0);
});

it('the account and its group are what the unit runs under', (ctx) => {
  const reason = whyNot('systemd-sysusers', ['--dry-run', '--root']);
  if (reason) ctx.skip(reason);
  for (const name of ['etc', 'run']) mkdirSync(join(folder, name));
  const text = readFileSync(join(units, 'holdfast-keyd.sysusers'));
  execFileSync('systemd-sysusers', [`--root=${folder}`, '-'], { input: text, stdio: ['pipe', 'ignore', 'ignore'] });
  const [, group] = /^holdfast-keys:[^:]*:(\d+):/m.exec(readFileSync(join(folder, 'etc/group'), 'utf8')) ?? [];
  expect(readFileSync(join(folder, 'etc/passwd'), 'utf8')).toMatch(
    new RegExp(`^holdfast-keyd:x:\\d+:${group}:Holdfast keystore:/var/lib/holdfast-keyd:\\S*nologin$`, 'm'),
  );
  const unit = readFileSync(join(units, 'holdfast-keyd.service'), 'utf8');
  expect(unit).toMatch(/^User=holdfast-keyd$/m);
  expect(unit).toMatch(/^Group=holdfast-keys$/m);
});

/** A systemd-creds that writes down what it is called with; `hasTpm` is its exit code for has-tpm2. */
function recordingCreds(hasTpm: boolean): { path: string; calls(): string[] } {
  const bin = join(folder, 'bin');
  const log = join(folder, 'calls');
  mkdirSync(bin, { recursive: true });
  const script = [
    '#!/bin/sh',
    `printf '%s\\n' "$*" >>'${log}'`,
    `[ "$1" = has-tpm2 ] && exit ${hasTpm ? 0 : 1}`,
    'for last; do :; done',
    `wc -c >>'${log}'`,
    'echo sealed >"$last"',
    'exit 0',
  ];
  writeFileSync(join(bin, 'systemd-creds'), `${script.join('\n')}\n`, { mode: 0o755 });
  return { path: `${bin}:${environmentForChildren().PATH}`, calls: () => readFileSync(log, 'utf8').trim().split('\n') };
}

function install(path: string): string {
  const environment = {
    ...environmentForChildren(),
    PATH: path,
    HOLDFAST_KEYD_ROOT: join(folder, 'root'),
    HOLDFAST_HOME: join(folder, 'home'),
  };
  return execFileSync(join(findCheckout(), 'scripts/keyd/install.sh'), { env: environment, encoding: 'utf8' });
}

it.each([
  { hasTpm: true, words: '--with-key=host+tpm2 --tpm2-pcrs=7' },
  { hasTpm: false, words: '--with-key=host' },
])('installing makes a sealed key once, by the TPM where there is one ($hasTpm)', ({ hasTpm, words }) => {
  const creds = recordingCreds(hasTpm);
  install(creds.path);
  install(creds.path);
  const file = join(folder, 'root/etc/holdfast-keyd/hf-master.cred');
  expect(creds.calls()).toEqual(['has-tpm2 --quiet', `encrypt ${words} --name=hf-master - ${file}.new`, '32']);
  expect(statSync(file).mode & 0o777).toBe(0o640);
  expect(existsSync(join(folder, 'root/etc/systemd/system/holdfast-keyd.service.d/seal.conf'))).toBe(true);
});

it('installing takes the keystore along, and leaves two keystores alone', () => {
  const creds = recordingCreds(false);
  const former = join(folder, 'home/secrets/keystore');
  mkdirSync(former, { recursive: true });
  writeFileSync(join(former, 'keystore.json'), 'keys', { mode: 0o600 });
  writeFileSync(join(former, 'host-00.key'), 'key', { mode: 0o600 });
  expect(install(creds.path)).toContain('shred');
  const state = join(folder, 'root/var/lib/holdfast-keyd');
  expect(statSync(state).mode & 0o777).toBe(0o700);
  for (const name of ['keystore.json', 'host-00.key']) expect(statSync(join(state, name)).mode & 0o777).toBe(0o600);
  expect(existsSync(former)).toBe(false);
  expect(statSync(join(folder, 'root/usr/lib/holdfast-keyd/node')).mode & 0o777).toBe(0o711);
  mkdirSync(former);
  writeFileSync(join(former, 'keystore.json'), 'other keys');
  expect(() => install(creds.path)).toThrow('there are two keystores');
  expect(readFileSync(join(state, 'keystore.json'), 'utf8')).toBe('keys');
});
