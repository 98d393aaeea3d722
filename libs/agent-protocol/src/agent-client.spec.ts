import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { AgentClient } from './agent-client.adapter.ts';
import { encodeFrame } from './frame.ts';

let folder: string;
let server: Server | undefined;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'holdfast-agent-client-'));
});
afterEach(() => {
  server?.close();
  server = undefined;
  rmSync(folder, { recursive: true, force: true });
});

async function served(answer: (socket: Socket) => void): Promise<AgentClient> {
  const path = join(folder, 'a.sock');
  server = createServer((socket) => socket.once('data', () => answer(socket)).on('error', () => {}));
  await new Promise<void>((settle) => server?.listen(path, settle));
  return new AgentClient('test', path);
}

const unavailable = (why: string) =>
  expect.objectContaining({ code: 'HOST_CONTROL_UNAVAILABLE', kind: 'unavailable', message: expect.stringContaining(why) });

it('says that host control is unavailable where there is no agent', async () => {
  const client = new AgentClient('test', join(folder, 'none.sock'));
  await expect(client.call('status', {})).rejects.toEqual(unavailable('host control unavailable: no agent is installed'));
});

it.each([
  ['hung up', (socket: Socket) => socket.end()],
  ['makes no sense', (socket: Socket) => socket.write(Buffer.from('HTTP/1.1 400 Bad Request\r\n\r\n'))],
  ['another version', (socket: Socket) => socket.write(encodeFrame({ version: 2, ok: true, body: {} }))],
  ['another shape', (socket: Socket) => socket.write(encodeFrame({ version: 1, ok: true, body: {} }))],
])('says so when the agent %s', async (why, answer) => {
  await expect((await served(answer)).call('status', {})).rejects.toEqual(unavailable(why));
});

it('throws what the agent refuses, with its code and kind', async () => {
  const error = { code: 'AGENT_BUSY', kind: 'locked', message: 'Generation 3 waits.', action: 'Confirm it.' };
  const client = await served((socket) => socket.write(encodeFrame({ version: 1, ok: false, error })));
  await expect(client.call('cores.rollback', { generation: 3 })).rejects.toMatchObject(error);
});
