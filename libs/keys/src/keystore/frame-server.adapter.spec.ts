import { chmodSync, mkdirSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { FrameServer, socketModes } from './frame-server.adapter.ts';

let folder: string;
let server: FrameServer;
beforeEach(() => {
  folder = join(mkdtempSync(join(tmpdir(), 'holdfast-frames-')), 'run');
  mkdirSync(folder);
  server = new FrameServer(
    async () => Buffer.alloc(0),
    () => Buffer.alloc(0),
  );
});
afterEach(async () => {
  await server.close().catch(() => {});
  rmSync(join(folder, '..'), { recursive: true, force: true });
});

it.each([
  { reach: 'account', folderMode: 0o700, socketMode: 0o600, tooOpen: 0o750 },
  { reach: 'group', folderMode: 0o750, socketMode: 0o660, tooOpen: 0o751 },
  { reach: 'accountBesideGroup', folderMode: 0o750, socketMode: 0o600, tooOpen: 0o755 },
] as const)('for its $reach a socket has the mode that lets nobody else in, and no other folder will do', async (modes) => {
  const path = join(folder, 'a.sock');
  chmodSync(folder, modes.tooOpen);
  expect(() => server.listen(path, socketModes[modes.reach])).toThrow(`its mode has to be ${modes.folderMode.toString(8)}`);
  chmodSync(folder, modes.folderMode);
  const before = process.umask();
  await server.listen(path, socketModes[modes.reach]);
  expect(statSync(path).mode & 0o777).toBe(modes.socketMode);
  expect(process.umask()).toBe(before);
});
