import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { AssetSet } from '../actions/asset-set.ts';
import { inBatches, isLong } from '../actions/in-batches.ts';
import { api, ask } from '../api/client.ts';
import { asProblem } from '../api/problem.ts';
import { freshKey } from '../collections/fresh-key.ts';
import { formatCount } from '../lib/format.ts';
import page from '../shell/page.module.css';
import { Notice } from '../ui/states.tsx';
import { heldInWords, noneChecked, sumOfChecks } from './held-words.ts';

async function lookThrough(assets: AssetSet, signal: AbortSignal, onSeen: (seen: number) => void) {
  const ids = await assets.read(() => undefined, signal);
  let check = noneChecked;
  let seen = 0;
  for (const batch of inBatches(ids)) {
    check = sumOfChecks(check, await ask(api.POST('/api/v1/holds/check', { body: { ids: batch }, signal })));
    seen += batch.length;
    onSeen(seen);
  }
  return { seen, check };
}

/** Says which of the assets are under a hold already. Nothing depends on it: they may be held by several. */
export function HeldAlready({ assets }: { assets: AssetSet }) {
  // A set has no name of its own: what was found belongs to this question alone.
  const [key] = useState(freshKey);
  const [seen, setSeen] = useState(0);
  const query = useQuery({
    queryKey: ['held-already', key],
    queryFn: ({ signal }) => lookThrough(assets, signal, setSeen),
    gcTime: 0,
    staleTime: Number.POSITIVE_INFINITY,
    retry: false,
  });
  if (query.isError)
    return (
      <Notice tone="warn">
        Which of them are held already could not be found out: {asProblem(query.error).message} They can be placed under a hold
        all the same.
      </Notice>
    );
  const progress = isLong(assets) ? ` ${formatCount(seen)} of ${formatCount(assets.count)}` : '';
  return (
    <p className={page.soft} role="status">
      {query.data ? heldInWords(query.data.seen, query.data.check) : `Looking which are held already …${progress}`}
    </p>
  );
}
