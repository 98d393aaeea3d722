import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { mpsUnit, renderMps } from '#allocation';
import { findCheckout, profileFolder, readManifest } from '#manifest';

let folder: string;
let unit: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'mps-unit-'));
  const profiles = profileFolder(findCheckout());
  const { gpu } = readManifest(join(profiles, 'ryzen-7950x-4090.yaml'), profiles);
  const [file] = renderMps(gpu.cards, 'ab'.repeat(32));
  unit = join(folder, mpsUnit);
  // A program that is there: the driver is installed on few machines.
  writeFileSync(unit, (file?.text ?? '').replace('/usr/bin/nvidia-cuda-mps-control', '/bin/true'));
});
afterAll(() => rmSync(folder, { recursive: true }));

/** What systemd-analyze says of the unit; undefined where it is not installed, or knows no such words. */
function analyse(...words: string[]): { status: number | null; out: string } | undefined {
  const { error, status, stdout, stderr } = spawnSync('systemd-analyze', [...words, unit], { encoding: 'utf8' });
  return error || /unrecognized option/.test(stderr) ? undefined : { status, out: `${stdout}${stderr}`.trim() };
}

test('the unit of the MPS server says nothing that systemd does not understand', (context) => {
  const verified = analyse('verify', '--man=no');
  if (!verified) context.skip('systemd-analyze verify is not here');
  expect(verified).toEqual({ status: 0, out: '' });
});

test('it is exposed by 2.5 of 10 at most: devices are what it is for', (context) => {
  const judged = analyse('security', '--no-pager', '--offline=yes', '--threshold=25');
  if (!judged) context.skip('systemd-analyze security --offline is not here');
  expect(judged?.status, judged?.out).toBe(0);
});
