import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { HoldfastError } from '#kernel';
import { findCheckout, profileFolder } from './appliance.ts';
import { profiles } from './manifest.schema.ts';
import { readManifest } from './manifest-file.ts';
import type { ManifestMistake } from './manifest-mistake.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'manifest-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

const shipped = profileFolder(findCheckout());

function read(text: string) {
  const file = join(folder, 'appliance.yaml');
  writeFileSync(file, text);
  return readManifest(file, shipped);
}

function problemsOf(text: string): string[] {
  try {
    read(text);
  } catch (error) {
    if (error instanceof HoldfastError)
      return (error.values.problems as string[]).map((problem) => problem.replace(folder, ''));
    throw error;
  }
  throw new Error('It was taken.');
}

function mistakesOf(text: string): ManifestMistake[] {
  try {
    read(text);
  } catch (error) {
    if (error instanceof HoldfastError) return error.values.mistakes as ManifestMistake[];
    throw error;
  }
  throw new Error('It was taken.');
}

test.each([...profiles])('the profile %s describes an appliance by itself', (profile) => {
  expect(read(`profile: ${profile}`)).toMatchObject({ profile });
});

test('what the file says stands in place of what the profile says: values one by one, lists as a whole', () => {
  const whole = read('profile: ryzen-7950x-4090');
  const own = read(
    'profile: ryzen-7950x-4090\nredis: { maxMemoryMb: 512 }\nmover: { promotion: null, scrub: { everyDays: 7 } }\nworkers:\n  - { name: one, roles: [media] }\n',
  );
  expect(own.redis).toEqual({ maxMemoryMb: 512 });
  expect(own.mover).toEqual({ ...whole.mover, promotion: null, scrub: { ...whole.mover.scrub, everyDays: 7 } });
  expect(own.workers).toEqual([{ name: 'one', roles: ['media'] }]);
  expect(own.queues).toEqual(whole.queues);
});

test('each problem is told with file, line, key, value and what would fit', () => {
  const text = ['profile: evaluation', 'listen:', '  port: 80000', 'redis: { maxMemoryMb: many }', 'tyres: 4'].join('\n');
  expect(problemsOf(text)).toEqual([
    expect.stringMatching(/^\/appliance\.yaml:3: listen\.port is 80000: .*65535/),
    expect.stringMatching(/^\/appliance\.yaml:4: redis\.maxMemoryMb is "many": .*number/),
    expect.stringMatching(/^\/appliance\.yaml:5: tyres is 4: Unrecognized key/),
  ]);
});

test('each problem is told in parts, too, with what to do about it', () => {
  const text = ['profile: evaluation', 'redis: { maxMemorMb: 5 }', 'workloads:', '  - { id: os, class: system }'].join('\n');
  expect(mistakesOf(text)).toEqual(
    expect.arrayContaining([
      expect.objectContaining({ line: 2, key: 'redis.maxMemorMb', value: '5', remedy: 'Did you mean maxMemoryMb?' }),
      expect.objectContaining({
        line: 4,
        key: 'workloads.0.threads',
        value: null,
        remedy: expect.stringMatching(/^Add it\. Hard/),
      }),
    ]),
  );
  expect(mistakesOf('profile: evaluation\nredis: { maxMemoryMb: [1 }\n')).toMatchObject([
    { line: 2, key: '', message: expect.any(String) },
  ]);
  expect(mistakesOf('profile: cray-1')).toMatchObject([{ line: 1, message: expect.stringContaining('cray-1') }]);
});

test('what does not go together is told at its place', () => {
  const workloads = [
    'profile: evaluation',
    'workloads:',
    '  - { id: os, class: system, threads: 2 }',
    '  - { id: os, class: latency, threads: 2 }',
  ];
  expect(problemsOf(workloads.join('\n'))).toEqual([
    expect.stringMatching(/^\/appliance\.yaml:4: workloads\.1\.id is "os": "os" is declared twice/),
  ]);
});

test.each([
  ['an unknown profile', 'profile: cray-1', /appliance\.yaml:1: profile is "cray-1"; there are evaluation,/],
  ['no profile', 'listen: { port: 1 }', /profile is not there/],
  ['an empty file', '', /no list of keys and values/],
])('%s is refused', (_, text, expected) => {
  expect(problemsOf(text)[0]).toMatch(expected);
});

test.each([
  ['broken YAML', 'profile: [evaluation'],
  ['a bomb of aliases', `a: &a [1,1]\nb: &b [*a,*a]\nc: [*b,*b]\nprofile: evaluation`],
])('%s cannot be read', (_, text) => {
  expect(() => read(text)).toThrow(expect.objectContaining({ code: 'MANIFEST_UNREADABLE' }));
});

test('a figure that is to follow from a budget that nobody declares is told at its place', () => {
  expect(problemsOf('profile: evaluation\nredis: { maxMemoryMb: null }\n')).toEqual([
    expect.stringMatching(
      /^\/appliance\.yaml:2: redis\.maxMemoryMb is null: null follows from the workload redis, which declares no memory/,
    ),
  ]);
});
