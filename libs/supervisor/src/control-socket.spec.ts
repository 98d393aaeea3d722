import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { createConnection } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { HoldfastError } from '#kernel';
import { askForRestart, ControlSocket, controlSocketOf } from './control-socket.adapter.ts';

let socketFolder: string;
let asked: string[];
let control: ControlSocket;

beforeEach(async () => {
  socketFolder = mkdtempSync(join(tmpdir(), 'control-'));
  asked = [];
  control = new ControlSocket({ socketFolder }, (name) => {
    if (name === 'nobody')
      throw new HoldfastError('SUPERVISOR_SERVICE_UNKNOWN', { kind: 'not-found', message: 'No such service.' });
    asked.push(name);
  });
  await control.open();
});
afterEach(() => {
  control.close();
  rmSync(socketFolder, { recursive: true, force: true });
});

/** Sends bytes and answers what came back before the end. */
function send(text: string): Promise<string> {
  return new Promise((settle) => {
    let answer = '';
    const socket = createConnection(controlSocketOf({ socketFolder }), () => socket.write(text));
    socket.on('data', (piece) => {
      answer += piece;
    });
    socket.on('error', () => {});
    socket.on('close', () => settle(answer));
  });
}

test('a request is handed on, a refusal comes back, and the socket is its owner’s alone', async () => {
  await askForRestart({ socketFolder }, 'api');
  expect(asked).toEqual(['api']);
  await expect(askForRestart({ socketFolder }, 'nobody')).rejects.toMatchObject({
    code: 'SUPERVISOR_SERVICE_UNKNOWN',
    kind: 'not-found',
  });
  expect(statSync(controlSocketOf({ socketFolder })).mode & 0o777).toBe(0o600);
});

test('nonsense and endless lines end nothing', async () => {
  expect(await send('{"restart":\n')).toContain('"ok":false');
  expect(await send('x'.repeat(5000))).toBe('');
  await askForRestart({ socketFolder }, 'api');
});

test('without a supervisor it says so', async () => {
  control.close();
  await expect(askForRestart({ socketFolder }, 'api')).rejects.toMatchObject({ code: 'SUPERVISOR_AWAY', kind: 'unavailable' });
});
