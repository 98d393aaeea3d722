import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { AgentClient } from '#agent-protocol';
import { planCores, readTopology, renderPlan } from '#allocation';
import { environmentForChildren, findCheckout, profileFolder, readManifest } from '#manifest';
import { debianPlaces, SystemdHost } from '../../../apps/agent/src/host/systemd-host.adapter.ts';
import { layOutSysfs, sysfsMachines } from '../../../libs/testing/src/sysfs-tree.ts';

const units = join(findCheckout(), 'systemd');
const profiles = profileFolder(findCheckout());
const mostExposure = 1.5;
let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'holdfast-agent-unit-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** Why systemd's own programs cannot judge units here; undefined where they can. */
function whyNot(program: string, words: string[]): string | undefined {
  const { error, stdout } = spawnSync(program, ['--help'], { encoding: 'utf8' });
  if (error) return `${program} is not installed`;
  return words.every((word) => stdout.includes(word)) ? undefined : `this ${program} knows no ${words.join(', ')}`;
}

/** The units, with a program that exists, in a folder. */
function unitFile(name: 'service' | 'socket'): string {
  for (const kind of ['service', 'socket']) {
    const text = readFileSync(join(units, `holdfast-agent.${kind}`), 'utf8');
    writeFileSync(join(folder, `holdfast-agent.${kind}`), text.replace('/usr/lib/holdfast-agent/node', process.execPath));
  }
  return join(folder, `holdfast-agent.${name}`);
}

it('the units say nothing that systemd does not understand', (ctx) => {
  const reason = whyNot('systemd-analyze', ['verify']);
  if (reason) ctx.skip(reason);
  const { status, stderr } = spawnSync('systemd-analyze', ['verify', unitFile('service'), unitFile('socket')], {
    encoding: 'utf8',
  });
  expect([stderr.trim(), status]).toEqual(['', 0]);
});

it(`the service is exposed by ${mostExposure} of 10 at most`, (ctx) => {
  const reason = whyNot('systemd-analyze', ['--offline', '--threshold']);
  if (reason) ctx.skip(reason);
  const words = ['security', '--no-pager', '--offline=yes', `--threshold=${mostExposure * 10}`, unitFile('service')];
  const { status, stdout } = spawnSync('systemd-analyze', words, { encoding: 'utf8' });
  expect(Number(/Overall exposure level.*: ([\d.]+)/.exec(stdout)?.[1])).toBeLessThanOrEqual(mostExposure);
  expect(status).toBe(0);
});

it('the socket is for root and the group that sysusers makes', (ctx) => {
  const reason = whyNot('systemd-sysusers', ['--dry-run', '--root']);
  if (reason) ctx.skip(reason);
  for (const name of ['etc', 'run']) mkdirSync(join(folder, name));
  const text = readFileSync(join(units, 'holdfast-agent.sysusers'));
  execFileSync('systemd-sysusers', [`--root=${folder}`, '-'], { input: text, stdio: ['pipe', 'ignore', 'ignore'] });
  const [, group] = /^SocketGroup=(.+)$/m.exec(readFileSync(join(units, 'holdfast-agent.socket'), 'utf8')) ?? [];
  expect(readFileSync(join(folder, 'etc/group'), 'utf8')).toMatch(new RegExp(`^${group}:`, 'm'));
  expect(readFileSync(join(units, 'holdfast-agent.socket'), 'utf8')).toMatch(/^SocketMode=0660$/m);
});

it('systemd itself takes the slices of a plan, and refuses what it does not understand', async (ctx) => {
  const reason = whyNot(debianPlaces.systemdAnalyze, ['verify']);
  if (reason) ctx.skip(reason);
  layOutSysfs(join(folder, 'sys'), sysfsMachines['7950x']);
  const { workloads } = readManifest(join(profiles, 'ryzen-7950x-4090.yaml'), profiles);
  const topology = readTopology(join(folder, 'sys'));
  const plan = planCores({ topology, budgets: workloads });
  if (!plan.feasible) throw new Error(plan.message);
  const host = new SystemdHost({ ...debianPlaces, sysfs: join(folder, 'sys'), staging: join(folder, 'staging') });
  const files = renderPlan(topology, plan, workloads);
  await host.checkUnits(files);
  const wrong = files.map(({ path, text }) => ({ path, text: text.replace('CPUWeight=100', 'CPUWeight=heavy') }));
  await expect(host.checkUnits(wrong)).rejects.toMatchObject({ code: 'AGENT_VERIFY_FAILED' });
});

it('the agent in one file, interpreted as in its unit, answers on the socket that systemd opens for it', async (ctx) => {
  const activate = '/usr/bin/systemd-socket-activate';
  if (!existsSync(activate)) ctx.skip(`${activate} is not installed`);
  const socket = join(folder, 'a.sock');
  const own = join(folder, 'appliance.yaml');
  writeFileSync(own, 'profile: ryzen-7950x-4090\n', { mode: 0o644 });
  const words = ['--manifest', own, '--profiles', profiles, '--state', folder];
  const program = join(folder, 'agent.mjs');
  execFileSync(process.execPath, [join(findCheckout(), 'scripts/keyd/bundle.ts'), program, 'agent'], { stdio: 'ignore' });
  const node = [process.execPath, '--jitless', program, ...words];
  const child = spawn(activate, ['-l', socket, ...node], {
    env: environmentForChildren(),
    stdio: 'ignore',
  });
  const exited = once(child, 'exit');
  try {
    await expect.poll(() => existsSync(socket), { timeout: 10_000 }).toBe(true);
    const status = await new AgentClient('test', socket).call('status', {});
    expect(status).toMatchObject({ generation: 0, pending: null, workloads: expect.arrayContaining(['os', 'video']) });
  } finally {
    child.kill('SIGTERM');
    await exited;
  }
});
