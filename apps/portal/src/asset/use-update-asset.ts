import { useMutation, useQueryClient } from '@tanstack/react-query';
import { api, ask } from '../api/client.ts';
import { assetQuery } from '../api/queries.ts';
import type { Asset, Body } from '../api/types.ts';

/** Changes what people say of an asset; shown at once, taken back if the appliance refuses. */
export function useUpdateAsset(id: string) {
  const queries = useQueryClient();
  const key = assetQuery(id).queryKey;
  return useMutation({
    mutationFn: (change: Body<'updateAsset'>) =>
      ask(api.PATCH('/api/v1/assets/{id}', { params: { path: { id } }, body: change })),
    onMutate: (change) => {
      const before = queries.getQueryData(key);
      if (before) queries.setQueryData(key, { ...before, ...change } as Asset);
      return before;
    },
    onError: (_error, _change, before) => {
      if (before) queries.setQueryData(key, before);
    },
    onSuccess: (asset) => queries.setQueryData(key, asset),
  });
}
