import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { SystemdHost } from './systemd-host.adapter.ts';

let folder: string;
let host: SystemdHost;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'holdfast-host-'));
  mkdirSync(join(folder, 'units'));
  host = new SystemdHost({
    units: join(folder, 'units'),
    cgroups: join(folder, 'cgroups'),
    sysfs: join(folder, 'sys'),
    systemctl: join(folder, 'systemctl'),
    systemdAnalyze: join(folder, 'systemd-analyze'),
    staging: join(folder, 'staging'),
  });
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** A program that writes down the words and the environment it is called with, says something and ends. */
function program(name: string, says = '', code = 0): () => string[] {
  const log = join(folder, `${name}.log`);
  const script = [
    '#!/bin/sh',
    `for word; do printf '<%s>' "$word" >>'${log}'; done; echo >>'${log}'`,
    `env >'${log}.env'`,
    `cat <<'END'\n${says}\nEND`,
  ];
  writeFileSync(join(folder, name), `${script.join('\n')}\nexit ${code}\n`, { mode: 0o755 });
  return () => readFileSync(log, 'utf8').trim().split('\n');
}

function layOut(path: string, text: string): void {
  mkdirSync(join(folder, path, '..'), { recursive: true });
  writeFileSync(join(folder, path), `${text}\n`);
}

const code = (expected: string) => expect.objectContaining({ code: expected });

it('sets CPUs until the next boot, word by word, with nothing of its own environment', async () => {
  const calls = program('systemctl');
  await host.setCpus('holdfast-video\\x2dproxy.slice', [0, 1, 2, 8]);
  await host.reload();
  expect(calls()).toEqual([
    '<set-property><--runtime><--><holdfast-video\\x2dproxy.slice><AllowedCPUs=0-2,8>',
    '<daemon-reload>',
  ]);
  const names = readFileSync(join(folder, 'systemctl.log.env'), 'utf8').match(/^\w+(?==)/gm);
  expect(names?.filter((name) => !['PWD', 'OLDPWD', '_', 'SHLVL'].includes(name)).sort()).toEqual([
    'LANG',
    'PATH',
    'SYSTEMD_COLORS',
    'SYSTEMD_PAGER',
  ]);
});

it('never resets: an empty list would leave the live mask as it is', async () => {
  await expect(host.setCpus('system.slice', [])).rejects.toEqual(code('AGENT_HOST_FAILED'));
});

it('tells what systemd holds and what the kernel gives, to the groups below as well', async () => {
  program(
    'systemctl',
    [
      'Id=system.slice\nAllowedCPUs=0-1 6\nControlGroup=/system.slice',
      'Id=holdfast-video.slice\nAllowedCPUs=\nControlGroup=',
      'Id=user.slice\nAllowedCPUs=\nControlGroup=/user.slice',
    ].join('\n\n'),
  );
  layOut('cgroups/system.slice/cpuset.cpus.effective', '0-1,6');
  layOut('cgroups/system.slice/ssh.service/cpuset.cpus.effective', '0-1');
  layOut('cgroups/system.slice/a.slice/b.service/cpuset.cpus.effective', '6');
  layOut('cgroups/user.slice/cgroup.procs', '');
  expect(await host.seeGroups(['holdfast-video.slice', 'system.slice', 'user.slice'])).toEqual([
    { name: 'holdfast-video.slice', property: [], effective: null, below: [] },
    { name: 'system.slice', property: [0, 1, 6], effective: [0, 1, 6], below: [0, 1, 6] },
    { name: 'user.slice', property: [], effective: [], below: [] },
  ]);
});

it('says what systemctl says when it fails', async () => {
  program('systemctl', 'Access denied', 4);
  await expect(host.reload()).rejects.toMatchObject({ message: 'systemctl daemon-reload failed (4): Access denied' });
});

it('has systemd look at new slices in a folder of their own, which is gone afterwards', async () => {
  const files = [
    { path: 'holdfast-video.slice', text: '[Slice]\nAllowedCPUs=1\n' },
    { path: 'system.slice.d/50-holdfast.conf', text: '[Slice]\nAllowedCPUs=0\n' },
  ];
  const calls = program('systemd-analyze');
  await host.checkUnits(files);
  expect(calls()).toEqual([expect.stringMatching(/^<verify><--man=no><--><.*staging\/units-\w+\/holdfast-video\.slice>$/)]);
  program('systemd-analyze', 'bad', 1);
  await expect(host.checkUnits(files)).rejects.toEqual(code('AGENT_VERIFY_FAILED'));
  expect(host.units()).toEqual([]);
});

it('writes and removes files with names of ours, and leaves no others behind', () => {
  host.replaceUnits({ 'holdfast-video.slice': 'a\n', 'system.slice.d/50-holdfast.conf': 'b\n' });
  writeFileSync(join(folder, 'units/ssh.service'), 'c\n');
  expect(statSync(join(folder, 'units/holdfast-video.slice')).mode & 0o777).toBe(0o644);
  expect(host.units().map(({ path }) => path)).toEqual(['holdfast-video.slice', 'system.slice.d/50-holdfast.conf']);
  host.replaceUnits({ 'holdfast-video.slice': null, 'none.slice.d/50-holdfast.conf': null });
  expect(host.units().map(({ path }) => path)).toEqual(['system.slice.d/50-holdfast.conf']);
});
