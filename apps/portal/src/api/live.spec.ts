import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { LiveConnection } from './live.ts';

interface Server {
  onopen?: () => void;
  onmessage?: (message: { data: string }) => void;
  onclose?: (end: { code: number }) => void;
}

let server: Server;
let connection: LiveConnection;
const heard: number[] = [];
const tell = (version: number, id = 'a') =>
  server.onmessage?.({ data: JSON.stringify({ event: 'asset.changed', payload: { id, state: 'ready', version } }) });

beforeEach(() => {
  vi.useFakeTimers();
  vi.stubGlobal('location', { protocol: 'http:', host: 'box' });
  vi.stubGlobal('addEventListener', () => {});
  vi.stubGlobal('removeEventListener', () => {});
  vi.stubGlobal(
    'WebSocket',
    class implements Server {
      onopen?: () => void;
      onmessage?: (message: { data: string }) => void;
      onclose?: (end: { code: number }) => void;
      constructor() {
        server = this;
      }
      close() {}
    },
  );
  heard.length = 0;
  connection = new LiveConnection();
  connection.on('asset.changed', ({ version }) => heard.push(version));
  connection.start();
  server.onopen?.();
});

afterEach(() => {
  connection.stop();
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

test('what is older than what was heard of the same asset is not heard', () => {
  for (const version of [2, 4, 3, 4, 5]) tell(version);
  tell(1, 'another');
  expect(heard).toEqual([2, 4, 4, 5, 1]);
});

test('after a gap whatever comes is news', async () => {
  tell(7);
  server.onclose?.({ code: 1006 });
  await vi.advanceTimersByTimeAsync(1000);
  server.onopen?.();
  tell(3);
  expect(heard).toEqual([7, 3]);
});
