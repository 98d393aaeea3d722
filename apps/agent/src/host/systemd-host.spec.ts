import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { noLimits } from '#allocation';
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
    processes: join(folder, 'proc'),
    sockets: [],
    systemctl: join(folder, 'systemctl'),
    journalctl: join(folder, 'journalctl'),
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
      'Id=system.slice\nAllowedCPUs=0-1 6\nControlGroup=/system.slice\nMemoryMax=infinity\nCPUWeight=[not set]',
      'Id=holdfast-video.slice\nAllowedCPUs=\nControlGroup=\nMemoryMin=1048576\nMemoryMax=2097152\nIOWeight=50',
      'Id=user.slice\nAllowedCPUs=\nControlGroup=/user.slice',
    ].join('\n\n'),
  );
  layOut('cgroups/system.slice/cpuset.cpus.effective', '0-1,6');
  layOut('cgroups/system.slice/memory.max', 'max');
  layOut('cgroups/system.slice/memory.min', '4096');
  layOut('cgroups/system.slice/cpu.weight', '100');
  layOut('cgroups/system.slice/memory.stat', 'anon 1000\nfile 9000\nshmem 24');
  layOut('cgroups/system.slice/ssh.service/cpuset.cpus.effective', '0-1');
  layOut('cgroups/system.slice/a.slice/b.service/cpuset.cpus.effective', '6');
  layOut('cgroups/user.slice/cgroup.procs', '');
  const [video, system, user] = await host.seeGroups(['holdfast-video.slice', 'system.slice', 'user.slice']);
  expect(video).toMatchObject({ property: [], effective: null, below: [], kernelLimits: {} });
  expect(video?.limits).toEqual({ ...noLimits, memoryMin: 2 ** 20, memoryMax: 2 ** 21, ioWeight: 50 });
  expect(system).toMatchObject({ property: [0, 1, 6], effective: [0, 1, 6], below: [0, 1, 6], limits: noLimits });
  expect(system).toMatchObject({ heldBytes: 1024, kernelLimits: { memoryMin: 4096, memoryMax: null, cpuWeight: 100 } });
  expect(user).toMatchObject({ property: [], effective: [], below: [] });
});

it('sets memory and weights until the next boot, all of them in words', async () => {
  const calls = program('systemctl');
  await host.setLimits('holdfast-video.slice', { ...noLimits, memoryMin: 2 ** 21 });
  expect(calls()).toEqual([
    '<set-property><--runtime><--><holdfast-video.slice><MemoryMin=2M><MemoryHigh=infinity><MemoryMax=infinity><CPUWeight=100><IOWeight=100>',
  ]);
});

it('tells in which slice a service really runs, and that nothing is there', async () => {
  program(
    'systemctl',
    [
      'Id=postgresql@17-main.service\nLoadState=loaded\nActiveState=active\nSlice=holdfast-postgresql.slice\nNRestarts=2\nExecMainStartTimestamp=@1790000000\nControlGroup=/system.slice/system-postgresql.slice/postgresql@17-main.service',
      'Id=nginx.service\nLoadState=not-found\nActiveState=inactive\nControlGroup=',
    ].join('\n\n'),
  );
  expect(await host.seeServices(['postgresql@*.service', 'nginx.service'])).toEqual([
    {
      unit: 'postgresql@17-main.service',
      state: 'active',
      slice: 'system-postgresql.slice',
      nextSlice: 'holdfast-postgresql.slice',
      restarts: 2,
      startedAt: '2026-09-21T14:13:20.000Z',
    },
  ]);
});

it('finds groups of others in which something runs, and looks at threads of ours, others each time', async () => {
  program('systemctl', 'Id=holdfast-video.slice\nControlGroup=/holdfast.slice/holdfast-video.slice');
  layOut('cgroups/holdfast.slice/holdfast-video.slice/a.service/cgroup.threads', '7\n8');
  layOut('cgroups/kubepods.slice/cgroup.events', 'populated 1\nfrozen 0');
  layOut('cgroups/kubepods.slice/cpuset.cpus.effective', '0-3');
  layOut('cgroups/dev-hugepages.mount/cgroup.events', 'populated 0\nfrozen 0');
  layOut('proc/7/status', 'Name:\tffmpeg\nCpus_allowed_list:\t4-5');
  layOut('proc/8/status', 'Name:\tav:h264\nCpus_allowed_list:\t4');
  await host.seeGroups(['holdfast-video.slice']);
  expect(host.foreignGroups(['holdfast.slice', 'holdfast-video.slice'])).toEqual([
    { name: 'kubepods.slice', effective: [0, 1, 2, 3] },
  ]);
  const looks = [1, 2].map(() => host.seeThreads(['holdfast-video.slice'], 1));
  expect(looks.map(({ of }) => of)).toEqual([2, 2]);
  expect(looks.flatMap(({ seen }) => seen.map(({ name }) => name)).sort()).toEqual(['av:h264', 'ffmpeg']);
});

it('finds the cards that the driver tells of, by their place on the bus, without those that are excluded', () => {
  expect(host.seeGpus()).toEqual([]);
  const card = (place: string, uuid: string, excluded: string) =>
    layOut(
      `proc/driver/nvidia/gpus/${place}/information`,
      `Model: \t\t NVIDIA GeForce RTX 4090\nIRQ:   \t\t 150\nGPU UUID: \t ${uuid}\nBus Location: \t ${place}\nGPU Excluded:\t ${excluded}`,
    );
  card('0000:81:00.0', 'GPU-2', 'No');
  card('0000:01:00.0', 'GPU-1', 'No');
  card('0000:41:00.0', 'GPU-3', 'Yes');
  const name = 'NVIDIA GeForce RTX 4090';
  expect(host.seeGpus()).toEqual([
    { index: 0, uuid: 'GPU-1', name },
    { index: 1, uuid: 'GPU-2', name },
  ]);
});

it('moves interrupts that somebody handles and that can be moved, and says what the kernel says of others', () => {
  layOut('proc/irq/default_smp_affinity', 'ff');
  layOut('sys/devices/virtual/workqueue/cpumask', 'ff');
  layOut('proc/irq/24/smp_affinity_list', '0-7');
  layOut('proc/irq/24/eth0/nothing', '');
  layOut('proc/irq/30/smp_affinity_list', '3');
  layOut('proc/irq/30/nvme0q1/nothing', '');
  chmodSync(join(folder, 'proc/irq/30/smp_affinity_list'), 0o444);
  layOut('proc/irq/9/smp_affinity_list', '0-7');
  expect(host.seeInterrupts().map(({ id, name, isMovable }) => [id, name, isMovable])).toEqual([
    ['default', 'interrupts to come', true],
    ['workqueue', 'work queues of the kernel', true],
    ['24', 'eth0', true],
    ['30', 'nvme0q1', false],
  ]);
  expect(['default', 'workqueue', '24'].map((id) => host.setInterrupt(id, [0, 1]))).toEqual([null, null, null]);
  expect(readFileSync(join(folder, 'proc/irq/default_smp_affinity'), 'utf8')).toMatch(/^3/);
  expect(host.setInterrupt('99', [0])).toBe('ENOENT');
  expect(host.setInterrupt('../24', [0])).toBe('EINVAL');
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
