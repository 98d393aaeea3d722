import { QueryClient } from '@tanstack/react-query';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { live } from './live.ts';
import { bindLive } from './live-cache.ts';

/** The server's end of the one socket. */
let push: (event: string, payload: unknown) => void;
let queries: QueryClient;

beforeEach(() => {
  vi.useFakeTimers();
  vi.stubGlobal('location', { protocol: 'http:', host: 'box' });
  vi.stubGlobal('addEventListener', () => {});
  vi.stubGlobal('removeEventListener', () => {});
  vi.stubGlobal(
    'WebSocket',
    class {
      onmessage?: (message: { data: string }) => void;
      constructor() {
        push = (event, payload) => this.onmessage?.({ data: JSON.stringify({ event, payload }) });
      }
      close() {}
    },
  );
  queries = new QueryClient();
  for (const key of [['collections'], ['collections', 'one'], ['tags', ''], ['timeline', {}], ['accounts']])
    queries.setQueryData(key, 'read before');
  bindLive(queries);
  live.start();
});

afterEach(() => {
  live.stop();
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

const stale = () =>
  queries
    .getQueryCache()
    .getAll()
    .filter((query) => query.state.isInvalidated)
    .map((query) => String(query.queryKey[0]));

test('a changed asset may be on the cover of a collection, so collections are read again', async () => {
  push('asset.changed', { id: 'a', state: 'ready', version: 2 });
  await vi.advanceTimersByTimeAsync(2000);
  expect(new Set(stale())).toEqual(new Set(['collections', 'tags', 'timeline']));
});

test('a collection that somebody renames is read again, and nothing else', async () => {
  push('collection.changed', { id: 'one' });
  await vi.advanceTimersByTimeAsync(500);
  expect(stale()).toEqual(['collections', 'collections']);
});
