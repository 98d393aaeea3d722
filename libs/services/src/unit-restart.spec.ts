import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { encodeFrame, FrameReader } from '#agent-protocol';
import { UnitRestart } from './unit-restart.adapter.ts';

let folder: string;
let socket: string;
let server: Server | undefined;
let asked: { verb: string; body: Record<string, unknown> }[];

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

/** An agent that answers each request with what is given, or not at all. */
async function listen(answer: (verb: string) => object | undefined): Promise<void> {
  server = createServer((connection) => {
    const reader = new FrameReader();
    connection.on('error', () => {});
    connection.on('data', (piece) => {
      for (const message of reader.read(piece)) {
        const { verb, body } = message as (typeof asked)[number];
        asked.push({ verb, body });
        const said = answer(verb);
        if (said) connection.end(encodeFrame(said));
      }
    });
  });
  await new Promise<void>((settle) => server?.listen(socket, settle));
}

const refusal = { ok: false, error: { code: 'AGENT_PEER_REFUSED', message: 'not for you', action: 'Ask as root.' } };

test('a unit is restarted by the name that the agent has for it, and not waited for', async () => {
  await listen(() => undefined);
  const startedMs = performance.now();
  await new UnitRestart(socket).begin('postgresql@17-main.service');
  await new UnitRestart(socket).begin('holdfast-worker@media.service');
  expect(performance.now() - startedMs).toBeLessThan(10_000);
  expect(asked.map(({ verb, body }) => [verb, body.service])).toEqual([
    ['services.restart', 'postgresql'],
    ['services.restart', 'worker-media'],
  ]);
});

test('what the agent refuses, or does not know, is told; without it the command is named', async () => {
  await listen(() => refusal);
  await expect(new UnitRestart(socket).begin('holdfast-api.service')).rejects.toMatchObject({ message: expect.any(String) });
  expect(await new UnitRestart(socket).whyNot('holdfast-agent.service')).toMatch(
    /does not restart it\. On the machine: sudo systemctl/,
  );
  await expect(new UnitRestart(socket).begin('ssh.service')).rejects.toMatchObject({ code: 'SERVICE_RESTART_UNAVAILABLE' });
  const away = new UnitRestart(join(folder, 'nobody.sock'));
  expect(await away.whyNot('holdfast-api.service')).toMatch(
    /no agent is installed.*sudo systemctl restart holdfast-api\.service/,
  );
  await expect(away.begin('holdfast-api.service')).rejects.toMatchObject({ code: 'HOST_CONTROL_UNAVAILABLE' });
});
