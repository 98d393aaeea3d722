import { useMutation, useQueryClient } from '@tanstack/react-query';
import { api, ask } from '../api/client.ts';
import { placementQuery } from '../api/storage-queries.ts';
import type { Body } from '../api/types.ts';
import { toast } from '../ui/toast-queue.ts';

type Wishes = Body<'pinAsset'>;

/** Wishes where an asset should lie; the appliance moves it at its next run. */
export function usePlaceAsset(assetId: string) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (wishes: Wishes) =>
      ask(api.PATCH('/api/v1/assets/{id}/placement', { params: { path: { id: assetId } }, body: wishes })),
    onSuccess: (placement, wishes) => {
      queries.setQueryData(placementQuery(assetId).queryKey, placement);
      toast({ tone: 'good', title: saying(wishes) });
    },
    // The explanation and every plan follow from it.
    onSettled: () => queries.invalidateQueries({ queryKey: ['storage'] }),
  });
}

function saying({ pinnedTier, neverMove }: Wishes): string {
  if (pinnedTier) return `Pinned to ${pinnedTier}`;
  if (pinnedTier === null) return 'Let go: it moves by the rules again';
  return neverMove ? 'It is not moved any more' : 'It moves by the rules again';
}
