import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import type { AssetSet } from '../actions/asset-set.ts';
import { forEachBatch, isLong } from '../actions/in-batches.ts';
import { api, ask } from '../api/client.ts';
import { freshKey } from '../collections/fresh-key.ts';
import { formatCounted } from '../lib/format.ts';
import { toast } from '../ui/toast-queue.ts';
import type { Hold } from './retention-words.ts';
import { useStaleHolds } from './use-stale-holds.ts';

/** A hold that stands already, or what a new one is called and why it is placed. */
export type HoldWish = { id: string; name: string } | { name: string; reason: string };

const addTo = (id: string, ids: string[]) =>
  ask(api.POST('/api/v1/holds/{id}/assets', { params: { path: { id } }, body: { ids } }));

/** Puts assets under a hold, in batches where they are many. What failed in the middle stays held as far as it came. */
export function useHoldAssets(assets: AssetSet, onDone: () => void) {
  const stale = useStaleHolds();
  // Trying again after a failure must not place a second hold; a corrected wish is another one.
  const [keys] = useState(() => new Map<string, string>());
  return useMutation({
    // Nobody waits for many, so that nobody would see in the form why they failed.
    meta: { quiet: !isLong(assets) },
    mutationFn: async (wish: HoldWish) => {
      const body = JSON.stringify(wish);
      const key = keys.get(body) ?? freshKey();
      keys.set(body, key);
      let hold: Hold | undefined;
      const { ids } = await forEachBatch('Placing under hold', assets, async (batch) => {
        if ('id' in wish) hold = await addTo(wish.id, batch);
        else if (hold) hold = await addTo(hold.id, batch);
        else
          hold = await ask(
            api.POST('/api/v1/holds', { params: { header: { 'Idempotency-Key': key } }, body: { ...wish, assetIds: batch } }),
          );
        return { changed: batch.length };
      });
      return { asked: ids.length, hold };
    },
    onSuccess: ({ asked, hold }, { name }) => {
      if (!hold) return;
      toast({
        tone: 'good',
        title: `${formatCounted(asked, 'asset')} under “${name}”`,
        detail: `It holds ${formatCounted(hold.assets, 'asset')} by now; none of them can be deleted.`,
      });
      onDone();
    },
    onSettled: stale,
  });
}
