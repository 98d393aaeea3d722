import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { findCheckout } from '#manifest';

const source = join(findCheckout(), 'systemd');
/** The most that `systemd-analyze security` may say, in tenths; docs/guides/host.md says why each is what it is. */
const limits: Record<string, number> = {
  'holdfast-agent.service': 15,
  'holdfast-api.service': 15,
  'holdfast-database.service': 10,
  'holdfast-figures.service': 10,
  'holdfast-first-start.service': 20,
  'holdfast-keyd.service': 10,
  'holdfast-migrate.service': 10,
  'holdfast-prometheus.service': 15,
  'holdfast-smart.service': 25,
  'holdfast-worker@.service': 20,
};
const services = readdirSync(source).filter((name) => name.endsWith('.service'));
/** What agent.md asks of every unit; a unit that goes without one says why in its text, or in the guide. */
const usual = [
  'NoNewPrivileges=yes',
  'CapabilityBoundingSet=',
  'ProtectSystem=strict',
  'ProtectHome=yes',
  'PrivateTmp=yes',
  'ProtectClock=yes',
  'ProtectControlGroups=yes',
  'ProtectKernelLogs=yes',
  'ProtectKernelModules=yes',
  'RestrictRealtime=yes',
  'RestrictSUIDSGID=yes',
  'RestrictAddressFamilies=',
  'IPAddressDeny=any',
  'LockPersonality=yes',
  'LimitCORE=0',
  'SystemCallArchitectures=native',
  'SystemCallFilter=@system-service',
  'UMask=',
];

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

test('every unit of ours is judged, and has the walls that need no reason', () => {
  expect(services.sort()).toEqual(Object.keys(limits).sort());
  for (const name of services) {
    const lines = readFileSync(join(source, name), 'utf8').split('\n');
    expect([name, usual.filter((wall) => !lines.some((line) => line.startsWith(wall)))]).toEqual([name, []]);
  }
});

test('no unit of ours reads the journal of the machine by its group', () => {
  const groups = services.filter((name) => /systemd-journal|[= ]adm\b/.test(readFileSync(join(source, name), 'utf8')));
  expect(groups).toEqual([]);
});

test('systemd finds nothing wrong with any unit', () => {
  const units = layOut().map((name) => join(folder, name.replace('@.', '@media.')));
  for (const name of readdirSync(folder).filter((name) => name.endsWith('@.service')))
    cpSync(join(folder, name), join(folder, name.replace('@.', '@media.')));
  const { stderr } = analyze('verify', '--man=no', '--recursive-errors=no', ...units);
  expect(stderr.split('\n').filter((line) => line.includes('holdfast'))).toEqual([]);
});

test('whoever is told figures has them written anew before it starts', () => {
  for (const name of ['postgresql@.service', 'redis-server.service', 'holdfast-api.service', 'holdfast-worker@.service']) {
    const file = name.startsWith('holdfast') ? name : join(`${name}.d`, '60-holdfast.conf');
    const text = readFileSync(join(source, file), 'utf8');
    for (const key of ['Wants', 'After']) expect(text, name).toMatch(new RegExp(`^${key}=.*holdfast-figures.service`, 'm'));
    // Figures that cannot be had keep nobody from starting, and a start that follows soon writes them again.
    expect(text, name).not.toMatch(/^(Requires|BindsTo)=.*holdfast-figures/m);
  }
  expect(readFileSync(join(source, 'holdfast-figures.service'), 'utf8')).not.toContain('RemainAfterExit');
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
