import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { Images, Search } from 'lucide-react';
import { similarQuery } from '../api/queries.ts';
import type { Asset } from '../api/types.ts';
import { buttonClass } from '../ui/button.tsx';
import { EmptyState, ErrorState, Loading, Notice, Skeleton } from '../ui/states.tsx';
import { AssetStrip } from './asset-strip.tsx';
import styles from './tabs.module.css';

/** What looks like this? */
export function SimilarTab({ asset }: { asset: Asset }) {
  const { data, error, isPending, refetch } = useQuery(similarQuery(asset.id));
  if (isPending)
    return (
      <div className={styles.tab}>
        <Loading what="similar assets">
          <div className={styles.similar}>
            {[140, 90, 160, 150, 110, 130, 96, 170].map((width) => (
              <Skeleton key={width} width={width} height={104} />
            ))}
          </div>
        </Loading>
      </div>
    );
  if (error)
    return <ErrorState compact error={error} what="Similar assets could not be found" onRetry={() => void refetch()} />;
  return (
    <div className={styles.tab}>
      {data.unavailable && <Notice>{data.unavailable}</Notice>}
      {data.remark && (
        <EmptyState compact icon={Images} title="Nothing looks like this yet">
          As soon as the library holds something alike, it appears here.
        </EmptyState>
      )}
      {data.hits.length > 0 && (
        <>
          <AssetStrip tiles={data.hits.map((hit) => ({ ...hit, note: hit.reasons[0]?.text }))} label="Similar assets" />
          <Link to="/search" search={{ like: asset.id }} className={buttonClass({ kind: 'plain' })}>
            <Search aria-hidden />
            Narrow down in the search
          </Link>
        </>
      )}
    </div>
  );
}
