import { keepPreviousData, useInfiniteQuery } from '@tanstack/react-query';
import { getRouteApi, useNavigate } from '@tanstack/react-router';
import { ListFilter } from 'lucide-react';
import { useMemo, useState } from 'react';
import { searchPages } from '../api/queries.ts';
import { compact } from '../lib/query-text.ts';
import { useTitle } from '../lib/use-title.ts';
import { Button } from '../ui/button.tsx';
import { Drawer } from '../ui/dialog.tsx';
import { FacetList } from './facets.tsx';
import { Results } from './results.tsx';
import { asksAnything, requestOf, type SearchAddress } from './search-address.ts';
import styles from './search-page.module.css';
import { SearchStart } from './search-start.tsx';
import { useRememberSearch } from './use-remember-search.ts';

const route = getRouteApi('/shell/search');

/** Where is the moment? One ranked list; each hit says why. */
export function SearchPage() {
  const address = route.useSearch();
  useTitle(address.q ? `“${address.q}”` : 'Search');
  if (asksAnything(address)) return <SearchResults address={address} />;
  return (
    <div className={styles.results} style={{ height: '100%' }}>
      <SearchStart />
    </div>
  );
}

function SearchResults({ address }: { address: SearchAddress }) {
  const navigate = useNavigate();
  const [drawer, setDrawer] = useState(false);
  const addressKey = JSON.stringify(address);
  // biome-ignore lint/correctness/useExhaustiveDependencies: the key is the address's content
  const request = useMemo(() => requestOf(address), [addressKey]);
  const query = useInfiniteQuery({ ...searchPages(request), placeholderData: keepPreviousData });
  useRememberSearch(request, query.isSuccess && !query.isPlaceholderData);
  const first = query.data?.pages[0];
  const hits = useMemo(() => query.data?.pages.flatMap((page) => page.hits) ?? [], [query.data]);
  const change = (part: Partial<SearchAddress>) =>
    void navigate({ to: '/search', search: compact({ ...address, ...part }), replace: true });
  const facets = <FacetList facets={first?.facets ?? undefined} address={address} onChange={change} />;
  return (
    <div className={styles.page}>
      <aside className={styles.facets} aria-label="Filters">
        {!(query.isError && !first) && facets}
      </aside>
      <Results
        address={address}
        first={first}
        hits={hits}
        error={query.isError && !query.isPlaceholderData ? query.error : undefined}
        outdated={query.isPlaceholderData}
        hasMore={query.hasNextPage}
        loadingMore={query.isFetchingNextPage}
        head={
          <div className={styles.facetsButton}>
            <Button small icon={ListFilter} onPress={() => setDrawer(true)}>
              Filter
            </Button>
          </div>
        }
        onMore={query.fetchNextPage}
        onRetry={() => void query.refetch()}
        onChange={change}
      />
      <Drawer title="Filters" open={drawer} onClose={() => setDrawer(false)} width={320}>
        <div className={styles.facetsInDrawer}>{facets}</div>
      </Drawer>
    </div>
  );
}
