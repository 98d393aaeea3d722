import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { encodeFrame, FrameReader } from '#agent-protocol';
import { UnitLogs } from './unit-logs.adapter.ts';

let folder: string;
let socket: string;
let server: Server | undefined;
let asked: unknown[];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'agent-'));
  socket = join(folder, 'agent.sock');
  asked = [];
});
afterEach(() => {
  server?.close();
  server = undefined;
  rmSync(folder, { recursive: true, force: true });
});

/** An agent that answers each request with what is given. */
async function listen(answer: object): Promise<void> {
  server = createServer((connection) => {
    const reader = new FrameReader();
    connection.on('error', () => {});
    connection.on('data', (piece) => {
      for (const message of reader.read(piece)) {
        const { verb, body } = message as { verb: string; body: unknown };
        asked.push([verb, body]);
        connection.end(encodeFrame({ version: 1, ...answer }));
      }
    });
  });
  await new Promise<void>((settle) => server?.listen(socket, settle));
}

const at = '2026-09-21T14:13:20.000Z';
const cursor = `s=${'a'.repeat(32)};i=1f;b=${'b'.repeat(32)};m=1;t=2;x=3`;
const told = (entries: object[], last: string | null = cursor) => ({
  ok: true,
  body: { service: 'api', units: ['holdfast-api.service'], entries, cursor: last, more: false },
});

test('the agent reads what a unit wrote; secrets and control characters are taken out here', async () => {
  const pino = '{"level":50,"time":1790000000000,"msg":"token=abc was refused"}';
  await listen(
    told([
      { at, priority: 6, text: pino },
      { at, priority: 4, text: 'pass\u001b[31mword=abc\u0000Ready' },
      { at: null, priority: null, text: 'plain' },
    ]),
  );
  const page = await new UnitLogs(socket).read('holdfast-api.service', { lines: 5000, after: cursor });
  expect(page).toEqual({
    lines: [
      { at, level: 'error', text: 'token=[secret] was refused' },
      { at, level: 'warn', text: 'password=[secret] Ready' },
      { at: null, level: null, text: 'plain' },
    ],
    cursor,
    source: 'journal of holdfast-api.service',
    reason: null,
  });
  expect(asked).toEqual([['services.logs', { service: 'api', lines: 1000, after: cursor }]]);
});

test('a cursor of another log begins anew, and of nothing it says that there is nothing', async () => {
  await listen(told([], null));
  const page = await new UnitLogs(socket).read('postgresql@17-main.service', { lines: 10, after: '1234-99' });
  expect(asked).toEqual([['services.logs', { service: 'postgresql', lines: 10 }]]);
  expect(page).toMatchObject({ lines: [], cursor: null, reason: expect.stringContaining('has written nothing') });
});

test('without the agent, and where it refuses, the reason is told with the command', async () => {
  const away = await new UnitLogs(join(folder, 'nobody.sock')).read('holdfast-api.service', { lines: 10, after: cursor });
  expect(away).toMatchObject({
    lines: [],
    cursor,
    reason: expect.stringMatching(/^host control unavailable: no agent is installed.*sudo journalctl -u holdfast-api\.service/),
  });
  const error = { code: 'AGENT_SERVICE_ABSENT', kind: 'not-found', message: 'There is no nginx on this machine.' };
  await listen({ ok: false, error });
  const absent = await new UnitLogs(socket).read('nginx.service', { lines: 10 });
  expect(absent.reason).toBe('There is no nginx on this machine. On the machine: sudo journalctl -u nginx.service.');
  const stranger = await new UnitLogs(socket).read('ssh.service', { lines: 10 });
  expect(stranger.reason).toMatch(/does not read the log of ssh\.service/);
  expect(asked).toHaveLength(1);
});
