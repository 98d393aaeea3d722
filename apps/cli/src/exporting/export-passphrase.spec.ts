import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { afterAll, afterEach, expect, test, vi } from 'vitest';
import { readExportPassphrase, readNewExportPassphrase } from './export-passphrase.ts';

const folder = mkdtempSync(join(tmpdir(), 'holdfast-passphrase-'));
const passphrase = 'correct horse battery staple';
let shown = '';
afterEach(() => vi.restoreAllMocks());
afterAll(() => rmSync(folder, { recursive: true }));

function file(content: string | Buffer): { passphraseFile: string } {
  writeFileSync(join(folder, 'passphrase'), content);
  return { passphraseFile: join(folder, 'passphrase') };
}

/** Somebody at a terminal who answers each question with the next line. */
function typing(...lines: string[]): void {
  const keyboard = Object.assign(new PassThrough(), { isTTY: true, setRawMode: vi.fn() });
  vi.spyOn(process, 'stdin', 'get').mockReturnValue(keyboard as unknown as typeof process.stdin);
  shown = '';
  vi.spyOn(process.stderr, 'write').mockImplementation((text) => {
    shown += String(text);
    if (String(text).endsWith(': ')) setImmediate(() => keyboard.write(`${lines.shift()}\r`));
    return true;
  });
}

test('at a terminal a new passphrase is asked for twice and never shown, a known one once', async () => {
  typing(passphrase, passphrase);
  expect((await readNewExportPassphrase({})).toString()).toBe(passphrase);
  expect(shown).toMatch(/at least 12 characters.*\nPassphrase for the export: \nThe same again: \n/s);
  expect(shown).not.toContain(passphrase);
  typing(passphrase);
  expect((await readExportPassphrase({})).toString()).toBe(passphrase);
  typing(passphrase, 'something else here');
  await expect(readNewExportPassphrase({})).rejects.toMatchObject({ code: 'EXPORT_PASSPHRASE_DIFFERS' });
  typing('\u0003');
  await expect(readNewExportPassphrase({})).rejects.toMatchObject({ code: 'INPUT_CANCELLED' });
});

test('a weak passphrase is refused with the rule, wherever it comes from', async () => {
  const weak = { code: 'KEYS_PASSPHRASE_WEAK', message: expect.stringContaining('at least 12 characters') };
  typing('short');
  await expect(readNewExportPassphrase({})).rejects.toMatchObject(weak);
  await expect(readNewExportPassphrase(file('password1234password1234\n'))).rejects.toMatchObject(weak);
});

test('a file gives its first line, whatever comes behind; one without is refused', async () => {
  expect((await readNewExportPassphrase(file(`${passphrase}\r\na note\n`))).toString()).toBe(passphrase);
  expect((await readExportPassphrase(file(passphrase))).toString()).toBe(passphrase);
  const unusable = { code: 'EXPORT_PASSPHRASE_FILE' };
  await expect(readExportPassphrase(file('\n'))).rejects.toMatchObject(unusable);
  await expect(readExportPassphrase(file(Buffer.alloc(100_000, 'a')))).rejects.toMatchObject(unusable);
  await expect(readExportPassphrase({ passphraseFile: folder })).rejects.toMatchObject(unusable);
});
