import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { layOutSysfs, sysfsMachines } from '../../../../libs/testing/src/sysfs-tree.ts';
import { type Box, openBox } from './box.ts';

/** Makes a machine like the reference box, without a plan, and an inventory. */
export function makeBox(): Box {
  const folder = mkdtempSync(join(tmpdir(), 'holdfast-box-'));
  layOutSysfs(join(folder, 'sys'), sysfsMachines['7950x']);
  mkdirSync(join(folder, 'state'), { mode: 0o700 });
  const box = openBox(folder);
  box.declare();
  return box;
}

/** Removes it. */
export function removeBox({ folder }: Box): void {
  rmSync(folder, { recursive: true, force: true });
}
