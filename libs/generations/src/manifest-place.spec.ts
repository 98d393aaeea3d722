import { spawnSync } from 'node:child_process';
import { chmodSync, chownSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { whyNotWritable } from './manifest-place.adapter.ts';
import { House } from './testing/house.ts';

const nobody = 65_534;
let house: House;
beforeEach(() => {
  house = new House();
});
afterEach(() => house.close());

/** What an account without rights is told. */
function asNobody(): string {
  const script = join(import.meta.dirname, 'testing', 'why-not-writable.child.ts');
  const words = [`--reuid=${nobody}`, `--regid=${nobody}`, '--clear-groups', '--', process.execPath, '--conditions=source'];
  const { stdout, stderr } = spawnSync('setpriv', [...words, script, JSON.stringify(house.place)], {
    cwd: '/',
    encoding: 'utf8',
  });
  return stdout || stderr;
}

test('whoever owns file and folder may change the manifest; others are told whose it is', (context) => {
  expect(whyNotWritable(house.place)).toBeUndefined();
  if (process.getuid?.() !== 0) return context.skip('Only root can give files to others.');
  chmodSync(house.folder, 0o777);
  const said = asNobody();
  if (/MODULE_NOT_FOUND|EACCES/.test(said)) return context.skip('Others may not read this checkout.');
  expect(said).toMatch(/appliance\.yaml belongs to root, and the appliance runs as nobody/);
  chownSync(house.place.file, nobody, nobody);
  expect(asNobody()).toBe('it can');
  chmodSync(house.folder, 0o755);
  expect(asNobody()).toMatch(/may not be written by nobody, which the appliance runs as; it belongs to root/);
});
