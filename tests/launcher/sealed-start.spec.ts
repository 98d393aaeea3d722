import { spawn } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { findCheckout } from '#manifest';
import { SupervisorWorld, until } from './supervisor-world.ts';

const program = join(findCheckout(), 'dist', 'apps', 'cli', 'src', 'main.js');
const isBuilt = existsSync(program) && existsSync(join(findCheckout(), 'dist', 'apps', 'keyd', 'src', 'main.js'));
const passphrase = 'correct horse battery staple';
let world: SupervisorWorld;
let manifest: string;
let pictures: string;

interface Outcome {
  code: number | null;
  out: string;
  err: string;
}

/** Runs the built command on the world's home, under a manifest with a passphrase seal. */
function holdfast(words: string[], input = ''): Promise<Outcome> {
  const env = { ...world.environment(), HOLDFAST_MANIFEST: manifest };
  const child = spawn(process.execPath, [program, ...words], { env, stdio: 'pipe' });
  const outcome: Outcome = { code: null, out: '', err: '' };
  child.stdout.setEncoding('utf8').on('data', (part: string) => {
    outcome.out += part;
  });
  child.stderr.setEncoding('utf8').on('data', (part: string) => {
    outcome.err += part;
  });
  child.stdin.end(input);
  return new Promise((settle) => child.on('close', (code) => settle({ ...outcome, code })));
}

/** Runs the command at a terminal of its own (Debian's `script`) and types after each prompt; answers all that was to be seen. */
function atTerminal(words: string[], prompt: string, typed: string): Promise<{ code: number | null; seen: string }> {
  const command = [process.execPath, program, ...words].map((word) => `'${word}'`).join(' ');
  const env = { ...world.environment(), HOLDFAST_MANIFEST: manifest };
  const child = spawn('script', ['--quiet', '--return', '--command', command, '/dev/null'], { env, stdio: 'pipe' });
  let seen = '';
  let isTyped = false;
  child.stdout.setEncoding('utf8').on('data', (part: string) => {
    seen += part;
    if (isTyped || !seen.includes(prompt)) return;
    isTyped = true;
    child.stdin.write(`${typed}\r`);
  });
  return new Promise((settle) =>
    child.on('close', (code) => {
      settle({ code, seen });
    }),
  );
}

const withPassphrase = (...words: string[]) => holdfast([...words, '--passphrase-stdin'], `${passphrase}\n`);
const ready = async () => {
  const answer = await fetch(`http://127.0.0.1:${world.environment().HOLDFAST_PORT}/health/ready`);
  return { code: answer.status, ...((await answer.json()) as { status: string; keys: string }) };
};

function addPicture(name: string): void {
  writeFileSync(join(pictures, name), `<svg xmlns="http://www.w3.org/2000/svg" width="8" height="8"><!--${name}--></svg>`);
}

beforeAll(async () => {
  world = await SupervisorWorld.create();
  manifest = join(world.folder, 'appliance.yaml');
  writeFileSync(manifest, 'profile: evaluation\nkeys: { seal: passphrase }\n');
  pictures = join(world.folder, 'pictures');
  mkdirSync(pictures);
  chmodSync(pictures, 0o755);
});
beforeEach((context) => {
  if (!isBuilt) context.skip('dist/ is not built: npm run build');
});
afterAll(async () => {
  if (isBuilt) await holdfast(['down']);
  await world.close();
});

test('with a passphrase seal the first start serves what it can and says how the keystore is made', async () => {
  const { code, out } = await holdfast(['up', '--detach']);
  expect(code).toBe(0);
  expect(out).toContain('The keys are SEALED');
  expect(out).toContain('./holdfast keys init');
  expect(await ready()).toMatchObject({ code: 200, status: 'degraded', keys: 'SEALED' });
  expect((await holdfast(['status'])).out).toContain('Keys: SEALED');
});

test('once it is made, things are stored, and keys are rotated by the worker while the command looks on', async () => {
  const made = await withPassphrase('keys', 'init', '--json');
  expect(made.err).toBe('');
  expect(JSON.parse(made.out)).toMatchObject({ state: 'READY', seal: 'passphrase', warnings: [], recoveryShares: null });
  await holdfast(['users', 'create-admin', '--email', 'ada@example.org', '--password-stdin'], `${passphrase}\n`);
  addPicture('first.svg');
  const imported = await holdfast(['media', 'import', pictures, '--json']);
  expect([imported.code, imported.err]).toEqual([0, '']);

  const rotated = await holdfast(['keys', 'rotate', '--organisation', '--json']);
  expect(JSON.parse(rotated.out).items).toMatchObject([{ state: 'done', toVersion: 2, failed: 0, remaining: null }]);
  const said = await holdfast(['keys', 'rotate', '--provider']);
  expect(said.out).toContain('hf-subject: version');
  const { items } = JSON.parse((await holdfast(['keys', 'list', '--json'])).out);
  expect(items[0]).toMatchObject({ kind: 'organisation', currentVersion: 2 });
  expect((await holdfast(['keys', 'rotate', '--person', 'nobody@example.org'])).err).toContain('nobody@example.org');
  expect(Buffer.from((await holdfast(['keys', 'public-key'])).out, 'base64')).toHaveLength(32);
});

test('after a restart it waits for the passphrase, loses nothing, and goes on by itself once it is there', async () => {
  await holdfast(['down']);
  const { out } = await holdfast(['up', '--detach']);
  expect(out).toContain('./holdfast keys unseal');
  addPicture('second.svg');
  const refused = await holdfast(['media', 'import', pictures]);
  expect(refused.code).not.toBe(0);
  const { code, seen } = await atTerminal(['keys', 'unseal'], 'Passphrase:', `${passphrase}x\b`);
  expect([code, seen]).toEqual([0, expect.stringContaining('The keys are open')]);
  expect(seen).not.toContain(passphrase.slice(0, 7));
  await until(async () => (await ready()).keys === 'READY', 15_000);
  expect((await holdfast(['media', 'import', pictures])).code).toBe(0);
  expect((await holdfast(['up'])).out).not.toContain('SEALED');
});
