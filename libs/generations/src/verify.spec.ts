import { execFileSync } from 'node:child_process';
import { cpSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { writeRecord } from './domain/generation-record.ts';
import { setInManifest } from './manifest-changes.ts';
import { House } from './testing/house.ts';

// Somebody with git and the repository, but without the key.

let house: House;
let whole: string;
beforeAll(async () => {
  house = new House();
  for (const count of [1, 2, 3])
    await setInManifest(house.log(), [`listen.port=900${count}`], { author: 'ada', reason: `${count}` });
  whole = join(house.folder, 'whole');
  cpSync(house.place.home, whole, { recursive: true });
});
beforeEach(() => {
  rmSync(house.place.home, { recursive: true });
  cpSync(whole, house.place.home, { recursive: true });
});
afterAll(() => house.close());

function git(words: string[], input = ''): string {
  return execFileSync('git', [`--git-dir=${house.place.repository}`, ...words], { input, encoding: 'utf8' }).trim();
}
const problems = async () => (await house.log().verify()).problems.map(({ number, problem }) => `${number}: ${problem}`);
const commits = () => git(['rev-list', '--reverse', 'main']).split('\n');

/** The line again from a commit on, with other contents of one generation. */
function rewrite(index: number, change: (files: Record<string, string>) => void): void {
  let parent: string | undefined;
  for (const [place, commit] of commits().entries()) {
    const names = ['appliance.yaml', 'resolved.json', 'generation.json', 'generation.sig'];
    const files = Object.fromEntries(names.map((name) => [name, `${git(['cat-file', 'blob', `${commit}:${name}`])}\n`]));
    if (place === index) change(files);
    const entries = names.map((name) => `100644 blob ${git(['hash-object', '-w', '--stdin'], files[name])}\t${name}\n`);
    const tree = git(['mktree'], entries.join(''));
    const text = execFileSync('git', [`--git-dir=${house.place.repository}`, 'cat-file', 'commit', commit], {
      encoding: 'utf8',
    })
      .replace(/^tree .*\n/, `tree ${tree}\n`)
      .replace(/\nparent .*\n/, parent ? `\nparent ${parent}\n` : '\n');
    parent = git(['hash-object', '-t', 'commit', '-w', '--stdin'], text);
  }
  git(['update-ref', 'refs/heads/main', String(parent)]);
}

test('an untouched history has no problem', async () => {
  expect(await problems()).toEqual([]);
});

test('a line written anew with the same contents is the same line', async () => {
  const before = git(['rev-parse', 'main']);
  rewrite(-1, () => undefined);
  expect(git(['rev-parse', 'main'])).toBe(before);
});

test('a changed manifest, a changed record and a changed signature are found', async () => {
  rewrite(1, (files) => {
    files['appliance.yaml'] = 'profile: evaluation\n';
  });
  expect(await problems()).toEqual(['2: the manifest in it was changed']);
  rewrite(1, (files) => {
    files['resolved.json'] = '{}\n';
  });
  expect(await problems()).toContain('2: the resolved manifest in it was changed');
  rewrite(2, (files) => {
    const record = JSON.parse(files['generation.json'] ?? '');
    files['generation.json'] = writeRecord({ ...record, author: 'eve' });
  });
  expect(await problems()).toEqual(
    expect.arrayContaining(['3: its signature does not fit its record', '4: it does not follow the generation before it']),
  );
});

test('a record by another hand, or none at all, is found', async () => {
  rewrite(2, (files) => {
    files['generation.json'] = `${files['generation.json']}\n`;
  });
  expect(await problems()).toContain('3: its record cannot be read');
});

test('generations removed from the middle, from the end and altogether are missed', async () => {
  const [first, , third] = commits();
  git(['update-ref', 'refs/heads/main', String(third)]);
  expect(await problems()).toEqual(['4: it was removed: the newest one in the repository is 3']);
  const text = execFileSync('git', [`--git-dir=${house.place.repository}`, 'cat-file', 'commit', String(third)], {
    encoding: 'utf8',
  });
  const skipping = git(['hash-object', '-t', 'commit', '-w', '--stdin'], text.replace(/\nparent .*\n/, `\nparent ${first}\n`));
  git(['update-ref', 'refs/heads/main', skipping]);
  expect(await problems()).toEqual(
    expect.arrayContaining(['2: it calls itself generation 3: one was inserted or removed before it']),
  );
  rmSync(house.place.repository, { recursive: true });
  expect(await problems()).toEqual(['4: it was removed: the newest one in the repository is 0']);
});

test('a generation that somebody adds is found, and nothing is recorded on top of it', async () => {
  const newest = git(['rev-parse', 'main']);
  const tree = git(['rev-parse', 'main^{tree}']);
  const who = 'eve <> 1 +0000';
  const forged = git(
    ['hash-object', '-t', 'commit', '-w', '--stdin'],
    `tree ${tree}\nparent ${newest}\nauthor ${who}\ncommitter ${who}\n\nGeneration 5: mine\n`,
  );
  git(['update-ref', 'refs/heads/main', forged]);
  expect(await problems()).toEqual(expect.arrayContaining(['5: it was added without being noted']));
  await expect(setInManifest(house.log(), ['listen.port=9009'], { author: 'ada', reason: 'x' })).rejects.toMatchObject({
    code: 'GENERATIONS_TAMPERED',
  });
});

test('a history signed by another key is not taken for ours', async () => {
  const other = new House();
  try {
    await setInManifest(other.log(), ['listen.port=9009'], { author: 'eve', reason: 'x' });
    rmSync(house.place.repository, { recursive: true });
    cpSync(other.place.repository, house.place.repository, { recursive: true });
    expect(await problems()).toEqual(expect.arrayContaining([expect.stringMatching(/^1: it is signed by another key/)]));
  } finally {
    other.close();
  }
});

test('what somebody wrote into the configuration of the repository has no effect', async () => {
  git(['config', 'core.hooksPath', '/tmp/hooks']);
  git(['replace', '-f', String(commits()[1]), String(commits()[2])]);
  await setInManifest(house.log(), ['listen.port=9010'], { author: 'ada', reason: 'x' });
  expect(git(['config', '--list', '--local'])).not.toContain('hookspath');
  expect(await problems()).toEqual([]);
});
