import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { Readable } from 'node:stream';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { findCheckout, loadAppliance } from '#manifest';
import { loadCommands } from '../../../apps/cli/src/command-catalogue.ts';
import { reportFailure } from '../../../apps/cli/src/failure.ts';
import { buildProgram } from '../../../apps/cli/src/program.ts';
import { Terminal } from '../../../apps/cli/src/terminal.ts';

const vectors = JSON.parse(readFileSync(join(findCheckout(), 'docs/formats/sealed-export.vectors.json'), 'utf8'));
const home = mkdtempSync(join(tmpdir(), 'holdfast-export-cli-'));
const path = (name: string) => join(home, name);

beforeAll(() => {
  for (const [name, content] of Object.entries<string>(vectors.files)) {
    mkdirSync(dirname(path(`sealed/${name}`)), { recursive: true });
    writeFileSync(path(`sealed/${name}`), Buffer.from(content, 'base64'));
  }
  writeFileSync(path('passphrase'), `${vectors.passphrase}\n`);
});
afterAll(() => rmSync(home, { recursive: true }));

/** Runs the command in this process as somebody at no terminal, on a machine without an appliance. */
async function holdfast(words: string[], input = '') {
  const outcome = { code: 0, out: '', err: '' };
  const collect = (name: 'out' | 'err') => (part: unknown) => {
    outcome[name] += String(part);
    return true;
  };
  vi.spyOn(process, 'stdin', 'get').mockReturnValue(Readable.from([input]) as unknown as typeof process.stdin);
  vi.spyOn(process.stdout, 'write').mockImplementation(collect('out'));
  vi.spyOn(process.stderr, 'write').mockImplementation(collect('err'));
  try {
    const program = buildProgram(await loadCommands('media'), '1.0.0', async (command, given) => {
      const json = given.options.json === true;
      const terminal = new Terminal(json);
      const appliance = loadAppliance({ HOLDFAST_HOME: path('no-appliance') });
      const done = command.run({ appliance, terminal, json }, given).catch((thrown) => reportFailure(thrown, terminal, json));
      outcome.code = (await done) ?? 0;
    });
    await program.parseAsync(['node', 'holdfast', 'media', ...words]);
  } finally {
    vi.restoreAllMocks();
  }
  return outcome;
}

test('an export is listed and read back on a machine without an appliance', async () => {
  const listed = await holdfast(['open-export', path('sealed'), '--list', '--passphrase-file', path('passphrase')]);
  expect([listed.code, listed.err]).toEqual([0, '']);
  expect(listed.out).toMatch(/^1987-06-05 {2,}18 B {2}Holiday\/beach.txt$/m);
  const listedAsJson = await holdfast(
    ['open-export', path('sealed'), '--list', '--json', '--passphrase-stdin'],
    vectors.passphrase,
  );
  expect(JSON.parse(listedAsJson.out)).toMatchObject({ isComplete: true, files: { length: 2 } });

  const words = ['open-export', path('sealed'), '--to', path('back'), '--passphrase-stdin'];
  const written = await holdfast(words, `${vectors.passphrase}\n`);
  expect([written.code, written.out]).toEqual([0, expect.stringContaining('2 written, 0 there already, 0 failed')]);
  for (const [name, text] of Object.entries(vectors.originals)) expect(readFileSync(path(`back/${name}`), 'utf8')).toBe(text);
  const again = await holdfast([...words, '--json'], `${vectors.passphrase}\n`);
  expect(JSON.parse(again.out)).toMatchObject({ writtenFiles: 0, thereFiles: 2, isComplete: true, stopped: false });
  expect(existsSync(path('no-appliance'))).toBe(false);
  for (const { out, err } of [listed, written, again]) expect(out + err).not.toContain(vectors.passphrase);
});

test('what is missing is said: the passphrase, the export, where to', async () => {
  const nobody = await holdfast(['open-export', path('sealed'), '--list']);
  expect([nobody.code, nobody.err]).toEqual([2, expect.stringContaining('--passphrase-file')]);
  const wrong = await holdfast(['open-export', path('sealed'), '--list', '--passphrase-stdin'], 'another passphrase\n');
  expect([wrong.code, wrong.err]).toEqual([2, expect.stringContaining('does not open this export')]);
  const nothing = await holdfast(['open-export', home, '--list']);
  expect([nobody.code, nothing.err]).toEqual([2, expect.stringContaining('export.json')]);
  expect((await holdfast(['open-export', path('sealed')])).err).toContain('--to FOLDER or --list');
  const noFile = await holdfast(['open-export', path('sealed'), '--list', '--passphrase-file', path('nowhere')]);
  expect(noFile.err).toContain('ENOENT');
});

test('an export needs a running appliance, and is not plain and sealed at once', async () => {
  expect(await holdfast(['export', path('new'), '--passphrase-file', path('passphrase')])).toMatchObject({ code: 3 });
  const both = await holdfast(['export', path('new'), '--plain', '--passphrase-file', path('passphrase')]);
  expect([both.code, both.err]).toEqual([2, expect.stringContaining('plain export has no passphrase')]);
  expect(existsSync(path('new'))).toBe(false);
});
