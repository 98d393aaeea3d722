import { useQuery } from '@tanstack/react-query';
import { useRouterState } from '@tanstack/react-router';
import { useVirtualizer } from '@tanstack/react-virtual';
import { Info, SearchX } from 'lucide-react';
import { type ReactNode, useCallback, useEffect, useRef } from 'react';
import { assetQuery } from '../api/queries.ts';
import type { SearchAnswer, SearchHit } from '../api/types.ts';
import { setBrowseContext } from '../lib/browse.ts';
import { formatCounted } from '../lib/format.ts';
import { withCode } from '../lib/marked.tsx';
import { Button } from '../ui/button.tsx';
import { SelectField } from '../ui/field.tsx';
import { EmptyState, ErrorState, Loading, Skeleton } from '../ui/states.tsx';
import { Thumb } from '../ui/thumb.tsx';
import { HitRow } from './hit-row.tsx';
import { SaveSearch } from './save-search.tsx';
import type { SearchAddress, SearchSort } from './search-address.ts';
import { SearchChips } from './search-chips.tsx';
import styles from './search-page.module.css';

const sorts: readonly { value: SearchSort; label: string }[] = [
  { value: 'relevance', label: 'Best first' },
  { value: 'newest', label: 'Newest first' },
  { value: 'oldest', label: 'Oldest first' },
  { value: 'name', label: 'By name' },
  { value: 'size', label: 'Largest first' },
];

interface ResultsProps {
  address: SearchAddress;
  /** The first page of the answer: totals and remarks. */
  first: SearchAnswer | undefined;
  hits: readonly SearchHit[];
  error: unknown;
  /** The shown hits belong to the search before; the new ones are on their way. */
  outdated: boolean;
  hasMore: boolean;
  loadingMore: boolean;
  head: ReactNode;
  onMore: () => void;
  onRetry: () => void;
  onChange: (change: Partial<SearchAddress>) => void;
}

/** The ranked list with its head: how many, how fast, in which order, under which filters. */
export function Results(props: ResultsProps) {
  const { address, first, hits, error, outdated, head, onRetry, onChange } = props;
  const scroller = useRef<HTMLDivElement>(null);
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region must be reachable by keyboard
    <div ref={scroller} className={styles.results} tabIndex={0} role="region" aria-label="Results" aria-busy={outdated}>
      <div className={styles.column}>
        <div className={styles.head}>
          <h1 className="seen-by-readers-only">Search results</h1>
          <span role="status">
            <span className={styles.count}>
              {first ? formatCounted(first.total, 'hit') : error ? 'No answer' : 'Searching'}
            </span>{' '}
            {first && (
              <span className={styles.took}>
                in {first.tookMs < 10 ? first.tookMs.toFixed(1) : Math.round(first.tookMs)} ms
              </span>
            )}
          </span>
          <span className={styles.push} />
          {head}
          <SaveSearch address={address} />
          <div className={styles.sort}>
            <SelectField
              small
              label="Order"
              hideLabel
              value={address.sort ?? 'relevance'}
              options={sorts}
              onChange={(sort) => onChange({ sort: sort === 'relevance' ? undefined : sort })}
            />
          </div>
        </div>
        {address.like && <Likeness id={address.like} onRemove={() => onChange({ like: undefined })} />}
        <SearchChips address={address} facets={first?.facets ?? undefined} onChange={onChange} />
        {first?.unavailable.map((way) => (
          <p key={way.way} className={styles.missing}>
            <Info size={13} aria-hidden />
            <span>{withCode(way.reason)}</span>
          </p>
        ))}
        {error ? (
          <ErrorState error={error} what="The search failed" onRetry={onRetry} />
        ) : !first ? (
          <HitsSkeleton />
        ) : hits.length === 0 ? (
          <NoHits address={address} onChange={onChange} />
        ) : (
          <HitList {...props} scroller={scroller} />
        )}
      </div>
    </div>
  );
}

function HitList({
  address,
  hits,
  first,
  hasMore,
  loadingMore,
  onMore,
  scroller,
}: ResultsProps & { scroller: React.RefObject<HTMLDivElement | null> }) {
  const href = useRouterState({ select: (state) => state.location.href });
  const list = useRef<HTMLDivElement>(null);
  const rows = useVirtualizer({
    count: hits.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => 137,
    getItemKey: (index) => hits[index]?.id ?? index,
    scrollMargin: list.current?.offsetTop ?? 0,
    overscan: 8,
  });
  const items = rows.getVirtualItems();
  const lastShown = items.at(-1)?.index ?? 0;
  useEffect(() => {
    if (hasMore && !loadingMore && lastShown >= hits.length - 12) onMore();
  }, [hasMore, loadingMore, lastShown, hits.length, onMore]);
  const open = useCallback(() => {
    setBrowseContext({
      title: 'Search',
      href,
      total: () => first?.total ?? hits.length,
      indexOf: (id) => hits.findIndex((hit) => hit.id === id),
      idAt: async (index) => hits[index]?.id,
    });
  }, [first, hits, href]);
  return (
    <>
      <div
        ref={list}
        className={styles.list}
        style={{ height: rows.getTotalSize() }}
        role="feed"
        aria-label="Hits"
        aria-busy={loadingMore}
      >
        {items.map((item) => {
          const hit = hits[item.index];
          return (
            hit && (
              <div
                key={item.key}
                ref={rows.measureElement}
                data-index={item.index}
                className={styles.item}
                style={{ transform: `translateY(${item.start - rows.options.scrollMargin}px)` }}
              >
                <HitRow hit={hit} words={address.q ?? ''} onOpen={open} />
              </div>
            )
          );
        })}
      </div>
      {loadingMore && <HitsSkeleton />}
    </>
  );
}

function Likeness({ id, onRemove }: { id: string; onRemove: () => void }) {
  const { data } = useQuery(assetQuery(id));
  return (
    <div className={styles.likeness}>
      <div className={styles.likenessThumb}>{data && <Thumb subject={data} />}</div>
      <span>
        Looks like <strong>{data?.name ?? '…'}</strong>
      </span>
      <span className={styles.push} />
      <Button small kind="quiet" onPress={onRemove}>
        Take off
      </Button>
    </div>
  );
}

function NoHits({ address, onChange }: { address: SearchAddress; onChange: (change: Partial<SearchAddress>) => void }) {
  const { q, like, sort, ...filters } = address;
  const filtered = Object.keys(filters).length > 0;
  const cleared = Object.fromEntries(Object.keys(filters).map((key) => [key, undefined]));
  return (
    <EmptyState
      icon={SearchX}
      title={q ? `Nothing says or shows “${q}”` : like ? 'Nothing looks like this yet' : 'Nothing fits'}
      actions={filtered && <Button onPress={() => onChange(cleared)}>Search without filters</Button>}
    >
      {filtered
        ? 'The filters narrow it down; without them there may be hits.'
        : like && !q
          ? 'What is nearest is no more alike than chance would have it.'
          : 'Words are looked for in names, tags, captions, pictures, documents and speech. Try fewer or other words; what was added just now may still be being understood.'}
    </EmptyState>
  );
}

function HitsSkeleton() {
  return (
    <Loading what="hits">
      {[62, 48, 70, 55, 64].map((width) => (
        <div key={width} className={styles.hit}>
          <Skeleton height={112} />
          <div className={styles.body} style={{ gap: 10, paddingBlockStart: 4 }}>
            <Skeleton width={`${width}%`} height={16} />
            <Skeleton width={`${width + 20}%`} />
            <Skeleton width={`${width - 20}%`} />
          </div>
        </div>
      ))}
    </Loading>
  );
}
