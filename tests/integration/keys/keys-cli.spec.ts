import { Readable } from 'node:stream';
import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest';
import { loadAppliance } from '#manifest';
import { type KeystoreHome, type KeystoreProcess, makeKeystoreHome } from '#testing';
import { loadCommands } from '../../../apps/cli/src/command-catalogue.ts';
import { reportFailure } from '../../../apps/cli/src/failure.ts';
import { buildProgram } from '../../../apps/cli/src/program.ts';
import { Terminal } from '../../../apps/cli/src/terminal.ts';

const passphrase = 'correct horse battery staple';
let home: KeystoreHome;
let keyd: KeystoreProcess;

beforeAll(async () => {
  home = makeKeystoreHome();
  keyd = await home.start();
});
afterAll(async () => {
  await keyd?.end();
  home?.remove();
});

afterEach(() => vi.restoreAllMocks());

interface Outcome {
  code: number;
  out: string;
  err: string;
}

/** Runs the command in this process as somebody at no terminal. */
async function holdfast(words: string[], input = ''): Promise<Outcome> {
  const outcome: Outcome = { code: 0, out: '', err: '' };
  const collect = (name: 'out' | 'err') => (part: unknown) => {
    outcome[name] += String(part);
    return true;
  };
  vi.spyOn(process, 'stdin', 'get').mockReturnValue(Readable.from([input]) as unknown as typeof process.stdin);
  vi.spyOn(process.stdout, 'write').mockImplementation(collect('out'));
  vi.spyOn(process.stderr, 'write').mockImplementation(collect('err'));
  const program = buildProgram(await loadCommands('keys'), '1.0.0', async (command, given) => {
    const json = given.options.json === true;
    const terminal = new Terminal(json);
    const appliance = loadAppliance({ HOLDFAST_HOME: home.home });
    const done = command.run({ appliance, terminal, json }, given).catch((thrown) => reportFailure(thrown, terminal, json));
    outcome.code = (await done) ?? 0;
  });
  await program.parseAsync(['node', 'holdfast', ...words]);
  vi.restoreAllMocks();
  return outcome;
}

const answerOf = ({ out }: Outcome) => JSON.parse(out);

test('status warns of a master key in the clear and of missing recovery shares', async () => {
  const { code, out } = await holdfast(['keys', 'status']);
  expect(code).toBe(0);
  expect(out).toContain('Keys: READY (seal file)');
  expect(out).toContain('in the clear');
  expect(out).toContain('no recovery shares');
});

test('recovery shares are shown once, open a keystore that was sealed, and older ones no longer do', async () => {
  const old = answerOf(await holdfast(['keys', 'shares', '--json'])).shares as string[];
  const shown = await holdfast(['keys', 'shares']);
  expect(shown.code).toBe(0);
  const shares = shown.out.match(/[A-Z2-7]{6}(-[A-Z2-7]{6}){11}/g) ?? [];
  expect(shares).toHaveLength(5);
  expect(shown.out).toContain('Any 3 of these 5');

  expect((await holdfast(['keys', 'seal'])).code).toBe(0);
  const sealed = await holdfast(['keys', 'status', '--json']);
  expect([sealed.code, answerOf(sealed).state]).toEqual([1, 'SEALED']);
  const refused = await holdfast(['keys', 'unseal', '--share-stdin'], old.slice(0, 3).join('\n'));
  expect(refused.code).not.toBe(0);
  expect(await holdfast(['keys', 'unseal', '--share-stdin'], shares.slice(2).join('\n'))).toMatchObject({ code: 0 });
  expect(answerOf(await holdfast(['keys', 'status', '--json']))).toMatchObject({
    state: 'READY',
    recoveryShares: { threshold: 3, shares: 5 },
  });
});

test('under a passphrase it starts sealed and says so; the passphrase is never an argument and never shown', async () => {
  const short = await holdfast(['keys', 'reseal', '--to', 'passphrase', '--passphrase-stdin'], 'short\n');
  expect(short.err).toContain('12 to 1024');
  const done = await holdfast(['keys', 'reseal', '--to', 'passphrase', '--passphrase-stdin'], `${passphrase}\n`);
  expect(done.code).toBe(0);
  await keyd.end();
  keyd = await home.start();
  const { out } = await holdfast(['keys', 'status']);
  expect(out).toContain('./holdfast keys unseal');
  const nobody = await holdfast(['keys', 'unseal']);
  expect([nobody.code, nobody.err]).toEqual([2, expect.stringContaining('--passphrase-stdin')]);
  const wrong = await holdfast(['keys', 'unseal', '--passphrase-stdin'], 'another passphrase\n');
  expect(wrong.code).not.toBe(0);
  const opened = await holdfast(['keys', 'unseal', '--passphrase-stdin'], `${passphrase}\n`);
  expect(opened.code).toBe(0);
  for (const { out: said, err } of [short, done, wrong, opened]) expect(said + err + keyd.log()).not.toContain(passphrase);
});

test('who seals it anew or makes shares has to bring its passphrase once more', async () => {
  for (const words of [
    ['keys', 'shares'],
    ['keys', 'reseal', '--to', 'file'],
  ]) {
    const nobody = await holdfast(words);
    expect([nobody.code, nobody.err]).toEqual([2, expect.stringContaining('--present-stdin')]);
    expect((await holdfast([...words, '--present-stdin'], 'another passphrase\n')).code).not.toBe(0);
  }
  expect((await holdfast(['keys', 'shares', '--present-stdin'], `${passphrase}\n`)).code).toBe(0);
  const both = ['keys', 'reseal', '--to', 'passphrase', '--present-stdin', '--passphrase-stdin'];
  expect((await holdfast(both, `${passphrase}\nanother passphrase\n`)).code).toBe(0);
  expect((await holdfast(both, `another passphrase\n${passphrase}\n`)).code).toBe(0);
});

test('resealed by shares it needs three of five', async () => {
  const made = answerOf(await holdfast(['keys', 'reseal', '--to', 'shamir', '--json', '--present-stdin'], `${passphrase}\n`));
  expect(made).toMatchObject({ seal: 'shamir', threshold: 3 });
  await holdfast(['keys', 'seal']);
  expect((await holdfast(['keys', 'unseal', '--share-stdin'], made.shares.slice(0, 2).join('\n'))).code).not.toBe(0);
  expect((await holdfast(['keys', 'unseal', '--share-stdin'], made.shares.slice(0, 3).join('\n'))).code).toBe(0);
  const again = ['keys', 'reseal', '--to', 'file', '--present-stdin'];
  expect((await holdfast(again, made.shares.slice(0, 2).join('\n'))).code).not.toBe(0);
  expect((await holdfast(again, made.shares.slice(2).join('\n'))).code).toBe(0);
  expect((await holdfast(['keys', 'reseal', '--to', 'lava'])).err).toContain('file, passphrase, shamir, systemd-creds');
});

test('without a running keystore the command says that the appliance does not run, with exit code 3', async () => {
  await keyd.end();
  expect(await holdfast(['keys', 'seal'])).toMatchObject({ code: 3 });
  expect(await holdfast(['keys', 'rotate', '--provider'])).toMatchObject({ code: 3 });
  expect((await holdfast(['keys', 'rotate'])).code).toBe(2);
});
