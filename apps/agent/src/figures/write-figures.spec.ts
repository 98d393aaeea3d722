import { execFileSync } from 'node:child_process';
import { chmodSync, mkdtempSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { findCheckout, profileFolder } from '#manifest';
import { putFigures } from './figures-folder.adapter.ts';
import { writeFigures } from './write-figures.ts';

let folder: string;
let manifest: string;
let said: string[];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'holdfast-figures-'));
  manifest = join(folder, 'appliance.yaml');
  said = [];
  declare('profile: ryzen-7950x-4090\n');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const declare = (text: string) => writeFileSync(manifest, text, { mode: 0o644 });
const plan = () => join(folder, 'plan');
const write = (machineMb: number | null = 131_072) =>
  writeFigures({ manifest, profiles: profileFolder(findCheckout()), folder: plan(), machineMb }, (line) => said.push(line));
const told = (path: string) => readFileSync(join(plan(), path), 'utf8');

it('tells each program what its budget comes to, and leaves alone what is told already', () => {
  expect(write()).toBe(true);
  expect(told('postgresql.conf')).toContain('shared_buffers = 6144MB\n');
  expect(told('redis.conf')).toContain('maxmemory 8192mb\n');
  expect(told('environment/api.env')).toContain('UV_THREADPOOL_SIZE=4\n');
  const { ino, mtimeMs, mode } = statSync(join(plan(), 'redis.conf'));
  expect(mode & 0o777).toBe(0o644);
  said = [];
  expect(write()).toBe(true);
  expect(said).toEqual([]);
  expect(statSync(join(plan(), 'redis.conf'))).toMatchObject({ ino, mtimeMs });
});

it('follows a manifest that says something else, and forgets programs that are no more', () => {
  write();
  putFigures(plan(), 'environment/former.env', 'UV_THREADPOOL_SIZE=4\n');
  declare('profile: ryzen-7950x-4090\nredis: { maxMemoryMb: 512 }\n');
  said = [];
  expect(write()).toBe(true);
  expect(said).toEqual(['redis.conf is written anew.']);
  expect(told('redis.conf')).toContain('maxmemory 512mb\n');
  expect(() => told('environment/former.env')).toThrow('ENOENT');
});

it.each([
  ['is broken', 'profile: [', /YAML|flow|manifest/i],
  ['says what there cannot be', 'profile: ryzen-7950x-4090\nredis: { maxMemoryMb: many }\n', /maxMemoryMb/],
  [
    'asks for an option of its own',
    "profile: ryzen-7950x-4090\npostgres: { sharedBuffersMb: '1\\narchive_command=id' }\n",
    /sharedBuffersMb/,
  ],
  ['names a program as a path', 'profile: ryzen-7950x-4090\nworkers: [{ name: ../../x, roles: [media] }]\n', /name/],
  ['is a thousand aliases', `profile: ryzen-7950x-4090\nredis: &a { maxMemoryMb: 1 }\npostgres: ${'[*a]'}\n`, /alias/i],
  ['is larger than anybody needs', `profile: ryzen-7950x-4090\n${'# more\n'.repeat(40_000)}`, /larger than/],
])('a manifest that %s changes nothing, and says so', (_what, text, why) => {
  write();
  const before = ['postgresql.conf', 'redis.conf', 'environment/api.env'].map(told);
  declare(text);
  said = [];
  expect(write()).toBe(false);
  expect(said).toEqual([expect.stringMatching(/^Programs keep the figures that they were told last: /)]);
  expect(said[0]).toMatch(why);
  expect(['postgresql.conf', 'redis.conf', 'environment/api.env'].map(told)).toEqual(before);
});

it('follows no link, opens no pipe and trusts no file that others may write', () => {
  write();
  chmodSync(manifest, 0o666);
  expect(write()).toBe(false);
  rmSync(manifest);
  symlinkSync('/etc/passwd', manifest);
  expect(write()).toBe(false);
  rmSync(manifest);
  execFileSync('mkfifo', ['-m', '0644', manifest]);
  expect(write()).toBe(false);
  expect(told('postgresql.conf')).toContain('shared_buffers = 6144MB\n');
});

it.each([
  ['fewer connections than the appliance has', 'postgres: { maxConnections: 3 }', 131_072, 'max_connections would be 3'],
  ['less than PostgreSQL works with', 'postgres: { sharedBuffersMb: 1 }', 131_072, 'shared_buffers, MB would be 1'],
  ['more than PostgreSQL can count', 'postgres: { sharedBuffersMb: 99999999 }', null, 'shared_buffers, MB would be 99999999'],
  ['buffers that the machine has not', 'postgres: { sharedBuffersMb: 4000 }', 4096, 'the machine has 4096 MB in all'],
])('PostgreSQL is not told %s; Redis is told its own all the same', (_what, line, machineMb, why) => {
  write();
  declare(`profile: ryzen-7950x-4090\n${line}\nredis: { maxMemoryMb: 700 }\n`);
  said = [];
  expect(write(machineMb)).toBe(false);
  expect(said).toContainEqual(expect.stringMatching(/^postgresql\.conf stays as it was: .+\.$/));
  expect(said.join()).toContain(why);
  expect(told('postgresql.conf')).toContain('shared_buffers = 6144MB\n');
  expect(told('redis.conf')).toContain('maxmemory 700mb\n');
});
