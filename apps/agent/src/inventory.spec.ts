import { execFileSync } from 'node:child_process';
import { chmodSync, mkdtempSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { findCheckout, profileFolder } from '#manifest';
import { readInventory } from './inventory.adapter.ts';

let folder: string;
let file: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'holdfast-inventory-'));
  file = join(folder, 'appliance.yaml');
  writeFileSync(file, 'profile: ryzen-7950x-4090\n', { mode: 0o644 });
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const read = () => readInventory(file, profileFolder(findCheckout()));
const invalid = (why: string) =>
  expect.objectContaining({ code: 'AGENT_INVENTORY_INVALID', message: expect.stringContaining(why) });

it('knows the workloads and the cards that its manifest declares', () => {
  expect(read().workloads.map(({ id }) => id)).toContain('video');
  expect(read().cards).toMatchObject([{ card: 0, shares: [{ workload: 'ml' }, { workload: 'video' }] }]);
});

it('reads no manifest that others may write', () => {
  for (const mode of [0o664, 0o646]) {
    chmodSync(file, mode);
    expect(read).toThrow(invalid('written by others'));
  }
});

it('reads no link, no pipe, and nothing that is too large', () => {
  writeFileSync(file, `profile: ryzen-7950x-4090\n${'# more\n'.repeat(40_000)}`);
  expect(read).toThrow(invalid('larger than'));
  renameSync(file, `${file}.other`);
  symlinkSync(`${file}.other`, file);
  expect(read).toThrow(invalid('ELOOP'));
  rmSync(file);
  execFileSync('mkfifo', ['-m', '0644', file]);
  expect(read).toThrow(invalid('is no file'));
});

it('says so where nothing is declared, or nothing is there', () => {
  writeFileSync(file, 'profile: evaluation\n');
  expect(read).toThrow(invalid('declares no workloads'));
  rmSync(file);
  expect(read).toThrow(invalid('ENOENT'));
});
