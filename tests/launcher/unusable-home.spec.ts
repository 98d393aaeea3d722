import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { ApplianceState } from '#supervisor';
import { SupervisorWorld } from './supervisor-world.ts';

const canMount = process.getuid?.() === 0 && spawnSync('unshare', ['--mount', 'true']).status === 0;

let world: SupervisorWorld;
beforeEach(async (context) => {
  if (!canMount) context.skip('needs root and unshare(1) to mount file systems');
  world = await SupervisorWorld.create();
  mkdirSync(world.home);
});
afterEach(() => world?.close());

/** Starts a supervisor whose home is a file system of its own, mounted with the given options. */
async function startOn(
  mountOptions: string,
): Promise<{ code: number | null; state: ApplianceState | undefined; text: string }> {
  const script = 'mount -t tmpfs -o "$1" holdfast-test "$2" && shift 2 && exec "$@"';
  const supervisor = [
    '--conditions=source',
    '--disable-warning=ExperimentalWarning',
    join(import.meta.dirname, 'supervise.ts'),
  ];
  const words = ['--mount', '--propagation', 'private', 'sh', '-c', script, 'sh', mountOptions, world.home];
  const child = spawn('unshare', [...words, process.execPath, ...supervisor], { env: world.environment(), stdio: 'pipe' });
  let out = '';
  let text = '';
  child.stdout.setEncoding('utf8').on('data', (part: string) => {
    out += part;
  });
  child.stderr.setEncoding('utf8').on('data', (part: string) => {
    text += part;
  });
  const code = await new Promise<number | null>((settle) => child.on('close', settle));
  const last = out.trim().split('\n').at(-1);
  return { code, state: last ? (JSON.parse(last) as ApplianceState) : undefined, text };
}

test('a full disk is refused before anything starts, with how much is free', async () => {
  const { code, state } = await startOn('size=64m,mode=1777');
  expect(code).toBe(1);
  expect(state?.failure).toMatchObject({ code: 'SUPERVISOR_DISK_FULL' });
  expect(state?.failure?.message).toMatch(/has \d+ MB free; starting needs 256 MB/);
  expect(existsSync(world.appliance().paths.postgres)).toBe(false);
});

test('a read-only file system is named as such', async () => {
  const { code, state } = await startOn('ro,size=512m,mode=1777');
  expect(code).toBe(1);
  expect(state?.failure).toMatchObject({ code: 'SUPERVISOR_HOME_UNUSABLE' });
  expect(state?.failure?.message).toContain('read-only');
});

test('a folder of somebody else is refused with its owner and the way out', async () => {
  const { code, state } = await startOn('size=512m,mode=0755,uid=1,gid=1');
  expect(code).toBe(1);
  expect(state?.failure?.message).toMatch(/cannot be written by \S+ \(it belongs to daemon\)/);
  expect(state?.failure?.action).toContain('chown');
});
