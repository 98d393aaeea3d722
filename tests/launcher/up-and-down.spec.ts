import { spawn } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { findCheckout, loadAppliance } from '#manifest';
import { type ApplianceStatus, identifyProcess, isRunning, noPrometheusBecause } from '#supervisor';
import { SupervisorWorld, until } from './supervisor-world.ts';

const program = join(findCheckout(), 'dist', 'apps', 'cli', 'src', 'main.js');
const isBuilt = existsSync(program) && existsSync(join(findCheckout(), 'dist', 'apps', 'api', 'src', 'main.js'));

interface Outcome {
  code: number | null;
  out: string;
  err: string;
}

let world: SupervisorWorld;

/** Runs the built command on the world's home. */
function holdfast(words: string[], input = ''): Promise<Outcome> {
  const child = spawn(process.execPath, [program, ...words], { env: world.environment(), stdio: 'pipe' });
  const outcome = { code: null as number | null, out: '', err: '' };
  child.stdout.setEncoding('utf8').on('data', (part: string) => {
    outcome.out += part;
  });
  child.stderr.setEncoding('utf8').on('data', (part: string) => {
    outcome.err += part;
  });
  child.stdin.end(input);
  return new Promise((settle) => child.on('close', (code) => settle({ ...outcome, code })));
}

async function status(): Promise<ApplianceStatus> {
  return JSON.parse((await holdfast(['status', '--json'])).out) as ApplianceStatus;
}

beforeAll(async () => {
  world = await SupervisorWorld.create();
});
beforeEach((context) => {
  if (!isBuilt) context.skip('dist/ is not built: npm run build');
});
afterAll(async () => {
  if (isBuilt) await holdfast(['down']);
  await world.close();
});

test('before anything runs, status says so with exit code 3, and down is content', async () => {
  const asked = await holdfast(['status', '--json']);
  expect(asked.code).toBe(3);
  expect(JSON.parse(asked.out)).toMatchObject({ running: false, phase: 'stopped' });
  expect(await holdfast(['down'])).toMatchObject({ code: 0, out: 'Holdfast is not running.\n' });
  expect(await holdfast(['users', 'create-admin', '--email', 'a@example.org', '--password-stdin'], 'x\n')).toMatchObject({
    code: 3,
  });
  expect(existsSync(world.home)).toBe(false);
});

test('up starts everything and prints a link for the first administrator', async () => {
  const { code, out, err } = await holdfast(['up', '--detach', '--json']);
  expect(err).toBe('');
  expect(code).toBe(0);
  const { address, setupLink } = JSON.parse(out) as { address: string; setupLink: string };
  expect(setupLink).toMatch(new RegExp(`^${address}/setup#token=.{20,}$`));
  const found = await status();
  expect(found).toMatchObject({ running: true, healthy: true, phase: 'ready' });
  const history = noPrometheusBecause(loadAppliance()) === undefined ? ['prometheus running'] : [];
  expect(found.services.map(({ name, state }) => `${name} ${state}`)).toEqual([
    'supervisor running',
    'postgres running',
    'redis running',
    'keyd running',
    'api running',
    'worker running',
    ...history,
  ]);
});

test('the first start records the configuration as its first generation', async () => {
  const { code, out } = await holdfast(['config', 'history', '--json']);
  expect(code).toBe(0);
  expect(JSON.parse(out)).toMatchObject([{ number: 1, reason: 'As found at the first start.' }]);
  expect(await holdfast(['config', 'verify'])).toMatchObject({ code: 0, out: expect.stringContaining('1 generation,') });
});

test('a second up says that it runs already', async () => {
  const { code, out } = await holdfast(['up']);
  expect(code).toBe(0);
  expect(out).toContain('Holdfast is already running at');
  // The seal of a new appliance opens by itself, for whoever has the disk too.
  expect(out.match(/in the clear/g)).toHaveLength(1);
});

test('an administrator is created from the command line, and then no link is offered', async () => {
  const words = ['users', 'create-admin', '--email', 'Ada@Example.org', '--password-stdin', '--json'];
  expect((await holdfast(words, 'short\n')).code).toBe(2);
  const created = await holdfast(words, 'correct horse battery staple\n');
  expect(JSON.parse(created.out)).toMatchObject({ email: 'ada@example.org' });
  expect(JSON.parse((await holdfast(['up', '--json'])).out)).toMatchObject({ setupLink: null });
});

test('a killed worker is back in a moment', async () => {
  const worker = async () => (await status()).services.find(({ name }) => name === 'worker');
  const before = await worker();
  process.kill(before?.pid ?? 0, 'SIGKILL');
  await until(async () => {
    const now = await worker();
    return now?.state === 'running' && now.pid !== before?.pid;
  }, 30_000);
  expect(await worker()).toMatchObject({ restarts: 1, lastExit: { signal: 'SIGKILL' } });
  expect((await holdfast(['logs', 'supervisor'])).out).toContain('worker ended by SIGKILL');
});

test('down leaves no process, no socket and no state behind', async () => {
  const identities = (await status()).services.flatMap(({ pid }) => identifyProcess(pid ?? 0) ?? []);
  expect(identities).toHaveLength(noPrometheusBecause(loadAppliance()) === undefined ? 7 : 6);
  const { code, out } = await holdfast(['down']);
  expect(code).toBe(0);
  expect(out).toContain('Nothing is left running.');
  expect(identities.filter(isRunning)).toEqual([]);
  expect(readdirSync(world.appliance().paths.run)).toEqual([]);
});
