import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { readJournalEntry } from '../services/journal-entry.ts';
import type { JournalRange } from './host.ts';
import { debianPlaces, SystemdHost } from './systemd-host.adapter.ts';

let folder: string;
let host: SystemdHost;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'holdfast-read-journal-'));
  host = new SystemdHost({ ...debianPlaces, journalctl: join(folder, 'journalctl'), staging: folder });
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** A journalctl that writes down its words and does what the script says. */
function journalctl(script: string): () => string {
  const log = join(folder, 'words');
  const program = `#!/bin/sh\nprintf '<%s>' "$@" >'${log}'\nenv >'${log}.env'\n${script}\n`;
  writeFileSync(join(folder, 'journalctl'), program, { mode: 0o755 });
  return () => readFileSync(log, 'utf8');
}

const range: JournalRange = { units: ['holdfast-api.service'], lines: 20, after: undefined, limitMs: 10_000 };
async function taken(change: Partial<JournalRange> = {}, most = Infinity): Promise<string[]> {
  const lines: string[] = [];
  await host.readJournal({ ...range, ...change }, (line) => lines.push(line) < most);
  return lines;
}
const failure = (message: RegExp) =>
  expect.objectContaining({ code: 'AGENT_HOST_FAILED', message: expect.stringMatching(message) });

it('asks journalctl word by word, with nothing of its own environment, for what is needed only', async () => {
  const words = journalctl('printf \'{"a":1}\\n{"b":2}\\n\'');
  expect(await taken({ units: ['nginx.service', 'postgresql@17-main.service'], after: 's=1;i=2' })).toEqual([
    '{"a":1}',
    '{"b":2}',
  ]);
  expect(words()).toBe(
    '<--output=json><--output-fields=MESSAGE,PRIORITY><--no-pager><--quiet><--lines=20><--after-cursor=s=1;i=2><--unit=nginx.service><--unit=postgresql@17-main.service>',
  );
  const names = readFileSync(join(folder, 'words.env'), 'utf8').match(/^\w+(?==)/gm);
  expect(names?.filter((name) => !['PWD', 'OLDPWD', '_', 'SHLVL'].includes(name)).sort()).toEqual([
    'LANG',
    'PATH',
    'SYSTEMD_COLORS',
    'SYSTEMD_PAGER',
  ]);
});

it('puts lines together, leaves out what is far too long, and stops reading when it has enough', async () => {
  journalctl('printf \'{"a"\'; sleep 0.2; printf \':1}\\n\'; head -c 3000000 /dev/zero; printf \'\\n{"b":2}\\n{"c"\'');
  expect(await taken()).toEqual(['{"a":1}', '{"b":2}']);
  journalctl('yes \'{"a":1}\'');
  expect(await taken({}, 5)).toHaveLength(5);
});

it('says what journalctl says when it fails, when it is silent, and when it is not there', async () => {
  journalctl("echo 'Failed to seek to cursor: Invalid argument' >&2; exit 1");
  await expect(taken()).rejects.toEqual(failure(/failed \(1\): Failed to seek/));
  journalctl('exec sleep 30');
  await expect(taken({ limitMs: 300 })).rejects.toEqual(failure(/gave no answer within 0\.3 s/));
  rmSync(join(folder, 'journalctl'));
  await expect(taken()).rejects.toEqual(failure(/ENOENT/));
});

it('the real journalctl writes entries that can be read', async (ctx) => {
  if (!existsSync(debianPlaces.journalctl)) ctx.skip(`${debianPlaces.journalctl} is not installed`);
  const real = new SystemdHost({ ...debianPlaces, staging: folder });
  const lines: string[] = [];
  const units = ['init.scope', 'systemd-*.service', 'user@*.service'];
  await real.readJournal({ ...range, units, lines: 50 }, (line) => lines.push(line) > 0);
  if (lines.length === 0) ctx.skip('this machine keeps no journal, or shows none of it to this account');
  for (const line of lines) expect(readJournalEntry(line), line).toMatchObject({ cursor: expect.stringMatching(/^s=/) });
});
