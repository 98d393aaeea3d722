import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ParserPool, type ParserPoolOptions, runTool, sandboxLevel } from '#sandbox';
import { leftoversOf, livingWith } from './leftovers.ts';

const MEBIBYTE = 2 ** 20;
const marker = `walls-${process.pid}-${Date.now()}`;
const options: ParserPoolOptions = {
  name: 'test',
  module: new URL('./misbehaving.child.ts', import.meta.url),
  packages: [],
  environment: { MARKER: marker },
  processes: 2,
  recycleAfterFiles: 1000,
  queueLimit: 50,
  replyBytes: 16 * MEBIBYTE,
  limits: { memoryBytes: 256 * MEBIBYTE, wallSeconds: 30, processes: 32, outputBytes: MEBIBYTE },
};
const pool = new ParserPool(options);
const ask = async (method: string, params: unknown = {}, wallSeconds = 30) =>
  (await pool.run({ method, params, buffers: [], wallSeconds })).value;
const limits = { memoryBytes: 128 * MEBIBYTE, wallSeconds: 30, processes: 16, outputBytes: MEBIBYTE };
const bash = (script: string) => runTool({ command: '/usr/bin/bash', args: ['-c', script, marker], limits });

const server = createServer((socket) => socket.end('hello'));
let port: number;
let secret: string;
beforeAll(async () => {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  port = (server.address() as { port: number }).port;
  secret = join(mkdtempSync(join(tmpdir(), 'secret-')), 'secret.txt');
  writeFileSync(secret, 'nobody may read this', { mode: 0o644 });
  expect((await sandboxLevel()).level).toBe('full');
});
afterAll(async () => {
  await pool.close();
  server.close();
  expect(await leftoversOf(marker)).toEqual([]);
});

describe('a parser that a file has taken over', () => {
  test('reaches no network, not even this machine', async () => {
    expect(await ask('network', { port })).not.toBe('connected');
    const tool = await bash(`exec 3<>/dev/tcp/127.0.0.1/${port} && cat <&3`);
    expect(tool).toMatchObject({ outcome: 'failed' });
    expect(tool.stdout.toString()).toBe('');
  });

  test('reads no file of this machine', async () => {
    for (const path of [secret, '/etc/passwd', '/etc/shadow', '/root', '/home', '/work', '/proc/1/environ', '/sys/kernel']) {
      expect(await ask('read', { path }), path).toMatch(/^(ENOENT|EACCES|EPERM|EISDIR)$|^PATH=\/usr\/bin/);
    }
    expect((await bash(`cat ${secret} /etc/passwd`)).stdout.toString()).toBe('');
  });

  test('sees no process but its own', async () => {
    const processes = (await ask('list', { path: '/proc' })) as string[];
    expect(processes.filter((name) => /^\d+$/.test(name)).length).toBeLessThan(5);
  });

  test('writes nothing but its private /tmp', async () => {
    for (const path of ['/usr/bin/evil', '/etc/evil', '/app/evil', '/evil', '/proc/sys/kernel/core_pattern']) {
      expect(await ask('write', { path }), path).toMatch(/^(EROFS|EACCES|EPERM|ENOENT)$/);
    }
    expect(await ask('write', { path: '/tmp/mine' })).toBe('written');
  });

  test('has no privileges, no environment of ours, and is not root', async () => {
    const { uid, environment, status } = (await ask('identity')) as { uid: number; environment: string[]; status: string };
    expect(status).toMatch(/^CapEff:\s+0+$/m);
    expect(status).toMatch(/^NoNewPrivs:\s+1$/m);
    expect(environment.toSorted()).toEqual(['HOME', 'LANG', 'MALLOC_ARENA_MAX', 'MARKER', 'PATH', 'PWD']);
    expect(uid).not.toBe(0);
  });
});

describe('a file that makes its parser', () => {
  test.each([
    ['eat memory', 'hog', 'SANDBOX_MEMORY'],
    ['fill its heap', 'heap', 'SANDBOX_MEMORY'],
    ['sleep for ever', 'sleep', 'SANDBOX_TIMEOUT'],
    ['spin for ever', 'spin', 'SANDBOX_TIMEOUT'],
    ['crash', 'crash', 'SANDBOX_KILLED'],
    ['write without end', 'flood', 'SANDBOX_OUTPUT_LIMIT'],
    ['talk nonsense', 'babble', 'SANDBOX_OUTPUT_LIMIT'],
    ['answer what was not asked', 'forge', 'SANDBOX_KILLED'],
  ])('%s fails alone and says why', async (_what, method, code) => {
    const [hostile, honest] = await Promise.allSettled([
      ask(method, {}, code === 'SANDBOX_TIMEOUT' ? 2 : 30),
      ask('echo', { wish: 'still here' }),
    ]);
    expect(hostile).toMatchObject({ status: 'rejected', reason: { code, kind: 'unprocessable' } });
    expect(honest).toMatchObject({ status: 'fulfilled', value: 'still here' });
  });

  test('fork without end is held to its share of processes', async () => {
    const bomb = ask('bomb', {}, 3).catch((error: { code: string }) => error.code);
    let most = 0;
    for (let round = 0; round < 25; round++) {
      await wait(100);
      most = Math.max(most, livingWith('bomb-process').length);
    }
    expect(await bomb).toBe('SANDBOX_TIMEOUT');
    expect(most).toBeGreaterThan(2);
    expect(most).toBeLessThanOrEqual(32);
    expect(await leftoversOf('bomb-process')).toEqual([]);
  });

  test('allocate in many processes is held to one share of memory', async () => {
    // Each tail keeps 60 MB and then waits for a reader that never reads.
    const hog = 'for i in 1 2 3 4; do head -c 60000000 /dev/zero | tail -c 60000000 | sleep 60 & done; wait';
    expect(await bash(hog)).toMatchObject({ outcome: 'memory' });
  });
});

test('when the worker dies, its parsers die with it', async () => {
  const script = `
    import { ParserPool } from '#sandbox';
    const pool = new ParserPool({ ...${JSON.stringify({ ...options, environment: { MARKER: `${marker}-orphan` } })}, module: new URL(${JSON.stringify(options.module.href)}) });
    pool.run({ method: 'sleep', params: {}, buffers: [] }).catch(() => {});
    setInterval(() => {}, 1000);`;
  const worker = spawn(process.execPath, ['--conditions=source', '--input-type=module', '-e', script], {
    cwd: process.cwd(),
    stdio: 'inherit',
  });
  try {
    await expect
      .poll(() => livingWith(`${marker}-orphan`).filter((pid) => pid !== worker.pid).length, { timeout: 60_000 })
      .toBeGreaterThan(1);
  } finally {
    worker.kill('SIGKILL');
  }
  await once(worker, 'exit');
  expect(await leftoversOf(`${marker}-orphan`)).toEqual([]);
});

test('without bubblewrap the walls are lower and say so; without any, no parser runs', async () => {
  const script = `
    import { runTool, sandboxLevel } from '#sandbox';
    const { level } = await sandboxLevel();
    const limits = ${JSON.stringify(limits)};
    const command = 'exec 3<>/dev/tcp/127.0.0.1/${port} && echo connected || echo walled';
    const run = runTool({ command: '/usr/bin/bash', args: ['-c', command], limits });
    const words = await run.then(({ stdout }) => stdout.toString().trim(), ({ code }) => code);
    console.log(level, words);`;
  const withPath = async (tools: string[]) => {
    const folder = mkdtempSync(join(tmpdir(), 'path-'));
    for (const tool of tools) symlinkSync(`/usr/bin/${tool}`, join(folder, tool));
    const args = ['--conditions=source', '--input-type=module', '-e', script];
    return execFileSync(process.execPath, args, { env: { PATH: folder }, encoding: 'utf8' }).trim();
  };
  expect(await withPath(['bwrap', 'unshare'])).toBe('full walled');
  expect(await withPath(['unshare'])).toBe('reduced walled');
  expect(await withPath([])).toBe('none SANDBOX_UNAVAILABLE');
});
