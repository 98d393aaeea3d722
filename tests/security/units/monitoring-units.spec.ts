import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { findCheckout } from '#manifest';

let folder: string;
const unitOf = (name: string) => join(folder, name);

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'monitoring-units-'));
  for (const name of ['holdfast-prometheus.service', 'holdfast-smart.service', 'holdfast-smart.timer']) {
    const text = readFileSync(join(findCheckout(), 'systemd', name), 'utf8');
    // Programs that are there: those of the box are on few machines.
    writeFileSync(unitOf(name), text.replace(/^ExecStart=\S+/m, 'ExecStart=/bin/true'));
  }
});
afterAll(() => rmSync(folder, { recursive: true }));

function analyse(unit: string, ...words: string[]): { status: number | null; out: string } | undefined {
  const { error, status, stdout, stderr } = spawnSync('systemd-analyze', [...words, unitOf(unit)], { encoding: 'utf8' });
  return error || /unrecognized option/.test(stderr) ? undefined : { status, out: `${stdout}${stderr}`.trim() };
}

test('the units of the history and of the disks say nothing that systemd does not understand', (context) => {
  for (const unit of ['holdfast-prometheus.service', 'holdfast-smart.timer']) {
    const verified = analyse(unit, 'verify', '--man=no');
    if (!verified) context.skip('systemd-analyze verify is not here');
    expect([unit, verified]).toEqual([unit, { status: 0, out: '' }]);
  }
});

test('the script that asks disks is one that a shell understands', () => {
  expect(spawnSync('sh', ['-n', join(findCheckout(), 'scripts/box/read-smart.sh')]).status).toBe(0);
  expect(spawnSync('bash', ['-n', join(findCheckout(), 'scripts/box/monitoring.sh')]).status).toBe(0);
});
