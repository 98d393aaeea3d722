import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createConnection, createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { peerOf } from './host/peer.adapter.ts';
import { requirePeer } from './peer.ts';

let folder: string;
let server: Server | undefined;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'holdfast-peer-'));
});
afterEach(() => {
  server?.close();
  rmSync(folder, { recursive: true, force: true });
});

/** A connection, from both ends. */
async function connect(): Promise<{ here: Socket; there: Socket }> {
  const path = join(folder, 'a.sock');
  const accepted = Promise.withResolvers<Socket>();
  server = createServer(accepted.resolve);
  await new Promise<void>((settle) => server?.listen(path, settle));
  const there = createConnection({ path });
  return { here: await accepted.promise, there };
}

it('knows by the kernel which process is at the other end, and its service', async () => {
  const { here, there } = await connect();
  mkdirSync(join(folder, `${process.pid}`));
  writeFileSync(
    join(folder, `${process.pid}`, 'cgroup'),
    '1:name=systemd:/\n0::/holdfast.slice/holdfast-api.slice/holdfast-api.service\n',
  );
  expect(await peerOf(here, folder)).toEqual({ pid: process.pid, uid: process.getuid?.(), unit: 'holdfast-api.service' });
  expect((await peerOf(here, join(folder, 'nowhere')))?.unit).toBeNull();
  there.destroy();
  here.destroy();
});

it('takes nothing off the connection while it asks', async () => {
  const { here, there } = await connect();
  there.write('before ');
  const said: string[] = [];
  for await (const piece of here as AsyncIterable<Buffer>) {
    said.push(piece.toString());
    if (said.length === 1) expect((await peerOf(here))?.pid).toBe(process.pid);
    if (said.length < 3) there.write(`piece ${said.length} `);
    else there.end();
  }
  expect(said.join('')).toBe('before piece 1 piece 2 ');
});

it('changes the machine for root, its own account and the api, and for nobody else', () => {
  const peer = { pid: 7, uid: 998, unit: 'holdfast-api.service' };
  expect(() => requirePeer(peer, 0)).not.toThrow();
  expect(() => requirePeer({ ...peer, uid: 0, unit: null }, 0)).not.toThrow();
  expect(() => requirePeer({ ...peer, unit: null }, 998)).not.toThrow();
  for (const other of [{ ...peer, unit: 'holdfast-worker@media.service' }, { ...peer, unit: null }, null])
    expect(() => requirePeer(other, 0)).toThrow(expect.objectContaining({ code: 'AGENT_PEER_REFUSED', kind: 'forbidden' }));
});
