import type { QueryClient } from '@tanstack/react-query';
import { gather } from '../lib/gather.ts';
import { live } from './live.ts';

const settleMs = 400;
const listSettleMs = 2000;

/** Keeps what was read true: each pushed event marks as stale exactly what it may have changed, a few at a time. */
export function bindLive(queries: QueryClient): void {
  const staleAssets = gather<string>(settleMs, (ids) => {
    for (const id of ids) void queries.invalidateQueries({ queryKey: ['asset', id] });
  });
  const staleLists = gather<string>(listSettleMs, () => {
    void queries.invalidateQueries({ queryKey: ['timeline'] });
    void queries.invalidateQueries({ queryKey: ['tags'] });
    // How many they hold and what they show first.
    void queries.invalidateQueries({ queryKey: ['collections'] });
  });
  const staleCollections = gather<string>(settleMs, () => {
    void queries.invalidateQueries({ queryKey: ['collections'] });
  });
  const staleQueues = gather<string>(settleMs, () => {
    void queries.invalidateQueries({ queryKey: ['queues'] });
    void queries.invalidateQueries({ queryKey: ['dead-letters'] });
  });
  live.on('asset.changed', ({ id }) => {
    staleAssets(id);
    staleLists(id);
  });
  live.on('ledger.advanced', ({ assetId }) => staleAssets(assetId));
  live.on('collection.changed', ({ id }) => staleCollections(id));
  // At once: what waits to be kept has a clock.
  live.on('reconcile.changed', () => {
    for (const key of ['reconcile', 'cores', 'memory', 'gpu']) void queries.invalidateQueries({ queryKey: [key] });
  });
  live.on('queue.changed', ({ queue }) => staleQueues(queue));
  live.onGap(() => void queries.invalidateQueries());
}
