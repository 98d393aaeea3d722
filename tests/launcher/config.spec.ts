import { execFile } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { parse } from 'yaml';
import { findCheckout } from '#manifest';

// The commands of the configuration as built, from the first change to a manifest that was broken by hand.

const program = join(findCheckout(), 'dist', 'apps', 'cli', 'src', 'main.js');
const written = '# Ours.\nprofile: evaluation\nredis:\n  maxMemoryMb: 256 # as asked\n';
let folder: string;
let file: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'config-'));
  file = join(folder, 'appliance.yaml');
  writeFileSync(file, written);
});
afterAll(() => rmSync(folder, { recursive: true }));
beforeEach((context) => {
  if (!existsSync(program)) context.skip('dist/ is not built: npm run build');
});

function config(...words: string[]): Promise<{ code: number; out: string; answer: Record<string, unknown> }> {
  const env = { ...process.env, HOLDFAST_HOME: join(folder, 'home'), HOLDFAST_MANIFEST: file, NO_COLOR: '1' };
  return new Promise((settle) => {
    execFile(process.execPath, [program, 'config', ...words], { env }, (error, stdout, stderr) => {
      const answer = words.includes('--json') ? (JSON.parse(stdout || stderr) as Record<string, unknown>) : {};
      settle({ code: error ? Number(error.code) : 0, out: stdout + stderr, answer });
    });
  });
}

test('nothing is recorded yet, and what is declared can be seen and checked', async () => {
  expect(await config('history')).toMatchObject({ code: 0, out: expect.stringContaining('No generation yet') });
  expect(await config('drift', '--json')).toMatchObject({ code: 1, answer: { state: 'unrecorded' } });
  expect((await config('show')).out).toBe(written);
  expect(parse((await config('show', '--resolved')).out)).toMatchObject({
    redis: { maxMemoryMb: 256 },
    postgres: { poolSize: 8 },
  });
  expect(await config('validate', '--json')).toMatchObject({ code: 0, answer: { valid: true, profile: 'evaluation' } });
});

test('a change needs a reason, keeps the comments, and is a generation that can be looked at', async () => {
  expect((await config('set', 'redis.maxMemoryMb=512')).code).toBe(2);
  const changed = await config('set', 'redis.maxMemoryMb=512', '--reason', 'more films', '--json');
  expect(changed.answer).toEqual({ generation: 2, changes: [{ key: 'redis.maxMemoryMb', before: 256, after: 512 }] });
  expect(readFileSync(file, 'utf8')).toBe(written.replace('256', '512'));
  expect((await config('history')).out).toMatch(/^2 .*more films\n1 .*As found before the first change\./);
  const { out } = await config('diff');
  expect(out).toContain('-  maxMemoryMb: 256 # as asked\n+  maxMemoryMb: 512 # as asked\n');
  expect((await config('blame')).out).toMatch(/^1 .*# Ours\.\n1 .*\n1 .*\n2 .*512 # as asked\n$/);
  expect(await config('verify', '--json')).toMatchObject({ code: 0, answer: { generations: 2, problems: [] } });
});

test('a mistake is told with its place, and nothing changes', async () => {
  const before = readFileSync(file, 'utf8');
  expect(await config('set', 'redis.maxMemoryMb=many', '--reason', 'x', '--json')).toMatchObject({
    code: 2,
    answer: {
      error: { code: 'MANIFEST_INVALID', message: expect.stringMatching(/appliance\.yaml:4: redis\.maxMemoryMb is "many"/) },
    },
  });
  expect(readFileSync(file, 'utf8')).toBe(before);
  expect((await config('drift', '--json')).answer).toMatchObject({ state: 'none', newest: 2 });
});

test('a manifest that was broken by hand is seen, told and put back', async () => {
  const before = readFileSync(file, 'utf8');
  writeFileSync(file, `${before}tyres: 4\n`);
  const drift = await config('drift');
  expect(drift.code).toBe(1);
  expect(drift.out).toMatch(/was edited by hand \(generation 2\)[\s\S]*\+tyres: 4\n[\s\S]*appliance\.yaml:5: tyres is 4/);
  expect(await config('validate')).toMatchObject({ code: 2, out: expect.stringMatching(/appliance\.yaml:5: tyres is 4/) });
  expect(await config('adopt', '--reason', 'x', '--json')).toMatchObject({
    code: 2,
    answer: { error: { code: 'MANIFEST_INVALID' } },
  });
  expect((await config('restore', '--reason', 'a slip', '--json')).answer).toMatchObject({ generation: 3 });
  expect(readFileSync(file, 'utf8')).toBe(before);
});

test('an edit by hand is taken over, and an older generation comes back', async () => {
  writeFileSync(file, readFileSync(file, 'utf8').replace('512', '640'));
  expect((await config('set', 'listen.port=8001', '--reason', 'x', '--json')).answer).toMatchObject({
    error: { code: 'CONFIG_DRIFTED' },
  });
  expect((await config('adopt', '--reason', 'asked for', '--json')).answer).toMatchObject({ generation: 4 });
  expect((await config('restore', '1', '--reason', 'as it was', '--json')).answer).toMatchObject({ generation: 5 });
  expect(readFileSync(file, 'utf8')).toBe(written);
  expect((await config('restore', 'first', '--reason', 'x')).code).toBe(2);
});

test('the inventory declares the box', async () => {
  const out = join(folder, 'inventory.yaml');
  expect((await config('inventory', '--out', out)).code).toBe(0);
  const [variables] = Object.values(parse(readFileSync(out, 'utf8')).all.children.holdfast.hosts);
  expect(variables).toMatchObject({ holdfast_profile: 'evaluation', holdfast_generation: 5, holdfast_manifest: written });
});

test('a value that is taken out is again what the profile says, and what is declared only says so', async () => {
  const before = readFileSync(file, 'utf8');
  const text = `${before}zones:\n  - { name: office, networks: [10.0.0.0/8], allow: [portal] }\n`;
  writeFileSync(file, text);
  expect((await config('adopt', '--reason', 'a zone')).code).toBe(0);
  expect((await config('show')).out).toBe(`${text}# Declared only, nothing acts on it yet: zones.\n`);
  const { answer } = await config('unset', 'zones', '--reason', 'none', '--json');
  const renamed = { key: 'zones.0.name', before: 'office', after: 'here' };
  expect(answer).toMatchObject({ generation: 7, changes: expect.arrayContaining([renamed]) });
  expect(readFileSync(file, 'utf8')).toBe(before);
  expect(await config('unset', 'zones', '--reason', 'again', '--json')).toMatchObject({
    code: 2,
    answer: { error: { code: 'CONFIG_KEY_UNKNOWN' } },
  });
});

test('a history that somebody cut is found', async () => {
  writeFileSync(
    join(folder, 'home', 'config.git', 'refs', 'heads', 'main'),
    `${readFileSync(join(folder, 'home', 'config.git', 'refs', 'heads', 'main'), 'utf8').replace(/./g, '0')}`,
  );
  expect((await config('verify')).code).toBe(1);
});
