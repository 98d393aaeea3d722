import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { findCheckout } from '#manifest';

const source = join(findCheckout(), 'systemd');
/** The most that `systemd-analyze security` may say, in tenths. */
const limits: Record<string, number> = {
  'holdfast-api.service': 15,
  'holdfast-worker@.service': 20,
  'holdfast-agent.service': 25,
  'holdfast-keyd.service': 10,
  'holdfast-database.service': 15,
  'holdfast-migrate.service': 20,
};

let folder: string;
beforeEach((context) => {
  if (spawnSync('systemd-analyze', ['--version']).error) context.skip('systemd-analyze is not on this machine');
  folder = mkdtempSync(join(tmpdir(), 'holdfast-units-'));
});
afterEach(() => {
  if (folder) rmSync(folder, { recursive: true, force: true });
});

function analyze(...words: string[]) {
  return spawnSync('systemd-analyze', words, {
    encoding: 'utf8',
    cwd: folder,
    env: { PATH: process.env.PATH, LC_ALL: 'C.UTF-8' },
  });
}

/** The units as they are, but for programs that only an installed machine has. */
function layOut(): string[] {
  cpSync(source, folder, { recursive: true });
  const units = readdirSync(folder).filter((name) => /\.(service|socket|target)$/.test(name));
  for (const name of units) {
    const text = readFileSync(join(folder, name), 'utf8');
    writeFileSync(join(folder, name), text.replaceAll(/^ExecStart=.*$/gm, 'ExecStart=/bin/true'));
  }
  return units;
}

test.each(Object.entries(limits))('%s is walled: systemd-analyze security says at most %i tenths', (unit, limit) => {
  cpSync(source, folder, { recursive: true });
  const { status, stdout, stderr } = analyze('security', '--offline=true', `--threshold=${limit}`, '--no-pager', unit);
  expect(status, `${stdout}${stderr}`).toBe(0);
});

test('systemd finds nothing wrong with any unit', () => {
  const units = layOut().map((name) => join(folder, name.replace('@.', '@media.')));
  for (const name of readdirSync(folder).filter((name) => name.endsWith('@.service')))
    cpSync(join(folder, name), join(folder, name.replace('@.', '@media.')));
  const { stderr } = analyze('verify', '--man=no', '--recursive-errors=no', ...units);
  expect(stderr.split('\n').filter((line) => line.includes('holdfast'))).toEqual([]);
});

test('services of the appliance start again, say that they are ready, and are ended when they fall silent', () => {
  for (const name of ['holdfast-api.service', 'holdfast-worker@.service']) {
    const text = readFileSync(join(source, name), 'utf8');
    for (const line of [
      'Type=notify',
      'NotifyAccess=main',
      'WatchdogSignal=SIGKILL',
      'Restart=always',
      'PartOf=holdfast.target',
    ])
      expect(text.split('\n'), name).toContain(line);
    expect(text).toMatch(/^WatchdogSec=\d+$/m);
  }
});

test('only the api belongs to the group that may speak to the host agent', () => {
  const having = readdirSync(source).filter(
    (name) =>
      name.endsWith('.service') && /^SupplementaryGroups=.*holdfast-api/m.test(readFileSync(join(source, name), 'utf8')),
  );
  expect(having).toEqual(['holdfast-api.service']);
  expect(readFileSync(join(source, 'holdfast.sysusers'), 'utf8')).not.toMatch(/^m .* holdfast-api$/m);
});
