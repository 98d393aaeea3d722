import { mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import { requireOk, runTool, type ToolRun } from './tool-runner.adapter.ts';

// Real tools run here, and other work may run beside them.
vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

const MEBIBYTE = 2 ** 20;
const limits = { memoryBytes: 256 * MEBIBYTE, wallSeconds: 5, processes: 16, outputBytes: 4 * MEBIBYTE };
const folder = () => mkdtempSync(join(tmpdir(), 'sandbox-spec-'));
const shell = (script: string, rest: Partial<ToolRun> = {}) =>
  runTool({ command: '/usr/bin/dash', args: ['-c', script], limits, ...rest });

test('a tool reads the file it is lent, even one that only its owner may read', async () => {
  const file = join(folder(), 'secret.txt');
  writeFileSync(file, 'what is inside', { mode: 0o600 });
  const result = await runTool({ command: '/usr/bin/cat', args: ({ input }) => [input], input: { file }, limits });
  expect(result).toMatchObject({ outcome: 'ok', exitCode: 0 });
  expect(result.stdout.toString()).toBe('what is inside');
});

test('a tool reads bytes and files from standard input', async () => {
  const bytes = await runTool({ command: '/usr/bin/wc', args: ['-c'], input: { bytes: Buffer.alloc(3_000_000) }, limits });
  expect(bytes.stdout.toString().trim()).toBe('3000000');
  const stdinFile = join(folder(), 'five');
  writeFileSync(stdinFile, '12345', { mode: 0o600 });
  expect((await runTool({ command: '/usr/bin/wc', args: ['-c'], input: { stdinFile }, limits })).stdout.toString().trim()).toBe(
    '5',
  );
});

test('a tool that stops reading early is no error', async () => {
  const result = await runTool({
    command: '/usr/bin/head',
    args: ['-c', '3'],
    input: { bytes: Buffer.alloc(20 * MEBIBYTE, 97) },
    limits,
  });
  expect(result).toMatchObject({ outcome: 'ok', stdout: Buffer.from('aaa') });
});

test('what a tool leaves in its folder is kept when it is a plain file, and links are not', async () => {
  const outputFolder = folder();
  const result = await shell('echo done > /out/good; ln -s /etc/passwd /out/link; mkdir /out/sub; mkfifo /out/pipe', {
    outputFolder,
  });
  expect(result.outcome).toBe('ok');
  expect(readdirSync(outputFolder)).toEqual(['good']);
  expect(readFileSync(join(outputFolder, 'good'), 'utf8')).toBe('done\n');
});

test('the end of a tool is told in words', async () => {
  expect(await shell('echo why >&2; exit 3')).toMatchObject({ outcome: 'failed', exitCode: 3, stderr: 'why\n' });
  expect(await shell('kill -SEGV $$')).toMatchObject({ outcome: 'killed', signal: 'SIGSEGV' });
  expect(await shell('sleep 60', { limits: { ...limits, wallSeconds: 0.3 } })).toMatchObject({ outcome: 'timeout' });
  expect(await shell('yes')).toMatchObject({ outcome: 'output-limit' });
  expect(await shell('yes > /out/big', { outputFolder: folder() })).toMatchObject({
    outcome: expect.stringMatching(/output-limit|failed/),
  });
});

test('many small files are a large output too', async () => {
  const script = 'i=0; while :; do head -c 900000 /dev/zero > /out/$i; i=$((i+1)); done';
  expect(await shell(script, { outputFolder: folder() })).toMatchObject({ outcome: 'output-limit' });
});

test('processor time of the tool is measured, not its waiting', async () => {
  const busy = await shell('i=0; while [ $i -lt 300000 ]; do i=$((i+1)); done');
  expect(busy.cpuMs).toBeGreaterThan(20);
  expect((await shell('sleep 0.4')).cpuMs).toBeLessThan(150);
});

test('a tool that was ended early is charged what it spent until then', async () => {
  const short = { ...limits, wallSeconds: 1.5 };
  const busy = await shell('while :; do :; done', { limits: short });
  const asleep = await shell('sleep 60', { limits: short });
  expect(busy.outcome).toBe('timeout');
  expect(busy.cpuMs).toBeGreaterThan(asleep.cpuMs);
});

test('the file is blamed for a bad end, the machine for a missing program', async () => {
  const result = await shell('echo first >&2; echo torn header >&2; exit 1');
  expect(() => requireOk(result, 'dash', limits)).toThrow(
    expect.objectContaining({ code: 'SANDBOX_FAILED', kind: 'unprocessable' }),
  );
  expect(() => requireOk(result, 'dash', limits)).toThrow(/torn header/);
  const missing = runTool({ command: '/usr/bin/no-such-tool', args: [], limits });
  await expect(missing).rejects.toMatchObject({ code: 'SANDBOX_TOOL_MISSING', kind: 'unavailable' });
});

test('a stopped tool is nobody’s fault', async () => {
  const controller = new AbortController();
  setTimeout(() => controller.abort(), 200);
  await expect(shell('sleep 60', { signal: controller.signal })).rejects.toMatchObject({ code: 'SANDBOX_ABORTED' });
});

test('many tools run at once without mixing their outputs', async () => {
  const results = await Promise.all(Array.from({ length: 12 }, (_, index) => shell(`echo ${index}`)));
  expect(results.map(({ stdout }) => Number(stdout.toString()))).toEqual(Array.from({ length: 12 }, (_, index) => index));
});
