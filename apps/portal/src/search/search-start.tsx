import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { Bookmark, Clock, Trash2 } from 'lucide-react';
import { api, ask } from '../api/client.ts';
import { savedSearchesQuery, searchHistoryQuery } from '../api/queries.ts';
import { formatAgo, formatCounted } from '../lib/format.ts';
import { Button, IconButton } from '../ui/button.tsx';
import { ErrorState } from '../ui/states.tsx';
import { addressOf } from './search-address.ts';
import styles from './search-page.module.css';

/** What the search page shows before anything is asked: what can be asked, saved searches, the own history. */
export function SearchStart() {
  const queries = useQueryClient();
  const saved = useQuery(savedSearchesQuery);
  const history = useQuery(searchHistoryQuery);
  const forget = useMutation({
    mutationFn: () => ask(api.DELETE('/api/v1/search/history')),
    onSuccess: () => queries.invalidateQueries({ queryKey: searchHistoryQuery.queryKey }),
  });
  const unsave = useMutation({
    mutationFn: (id: string) => ask(api.DELETE('/api/v1/search/saved/{id}', { params: { path: { id } } })),
    onSuccess: () => queries.invalidateQueries({ queryKey: savedSearchesQuery.queryKey }),
  });
  return (
    <div className={styles.start}>
      <div>
        <h1 className={styles.startTitle}>Where is the moment?</h1>
        <p className={styles.startLead}>
          Type what it is called, what is written in it or what is said in it. Every hit says why it was found, and recordings
          open at the moment itself.
        </p>
      </div>
      {saved.data && saved.data.items.length > 0 && (
        <section className={styles.startList} aria-label="Saved searches">
          <h2 className={styles.startHead}>Saved searches</h2>
          {saved.data.items.map((item) => (
            <div key={item.id} className={styles.startRow}>
              <Link to="/search" search={addressOf(item.query)}>
                <Bookmark aria-hidden />
                {item.name}
              </Link>
              <IconButton
                small
                label={`Delete the saved search ${item.name}`}
                icon={Trash2}
                onPress={() => unsave.mutate(item.id)}
              />
            </div>
          ))}
        </section>
      )}
      {history.data && history.data.items.length > 0 && (
        <section className={styles.startList} aria-label="Recent searches">
          <div className={styles.startHead}>
            <h2>Recent searches</h2>
            <span className={styles.push} />
            <Button small kind="quiet" busy={forget.isPending} onPress={() => forget.mutate()}>
              Forget them
            </Button>
          </div>
          {history.data.items.map((item) => (
            <div key={`${item.text}:${item.searchedAt}`} className={styles.startRow}>
              <Link to="/search" search={addressOf(item.query)}>
                <Clock aria-hidden />
                {item.text || 'Filters only'}
                <span className={styles.startNote}>
                  {formatCounted(item.hits, 'hit')}, {formatAgo(item.searchedAt)}
                </span>
              </Link>
            </div>
          ))}
        </section>
      )}
      {history.isError && (
        <ErrorState
          compact
          error={history.error}
          what="Your recent searches could not be read"
          onRetry={() => void history.refetch()}
        />
      )}
    </div>
  );
}
