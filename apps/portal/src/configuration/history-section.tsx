import { useInfiniteQuery } from '@tanstack/react-query';
import { getRouteApi, useNavigate } from '@tanstack/react-router';
import { type Config, configGenerationPages } from '../api/config-queries.ts';
import { formatMoment } from '../lib/format.ts';
import { Reading } from '../reading/reading.tsx';
import page from '../shell/page.module.css';
import { Section } from '../shell/page.tsx';
import { Button } from '../ui/button.tsx';
import { classNames } from '../ui/class-names.ts';
import { Skeleton } from '../ui/states.tsx';
import styles from './configuration.module.css';
import { GenerationDrawer } from './generation-drawer.tsx';

const route = getRouteApi('/shell/settings/configuration');

/** Who changed the configuration, when and why; newest first. */
export function HistorySection({ newest }: Pick<Config, 'newest'>) {
  const query = useInfiniteQuery(configGenerationPages);
  const navigate = useNavigate();
  const { generation: chosen } = route.useSearch();
  const choose = (generation: number | undefined) =>
    void navigate({ to: '/settings/configuration', search: generation ? { generation } : {}, resetScroll: false });
  return (
    <Section title="History">
      <Reading
        query={query}
        what="the history"
        failed="The history could not be read"
        skeleton={<Skeleton height={160} />}
        compact
      >
        {({ pages }) => {
          const items = pages.flatMap((one) => one.items);
          if (items.length === 0)
            return (
              <p className={styles.faint}>
                No generation yet: the first is recorded at the next start, or with the first change.
              </p>
            );
          return (
            <div className={page.tableBox}>
              <table className={classNames(page.table, styles.history)}>
                <caption className="seen-by-readers-only">Generations of the configuration</caption>
                <thead>
                  <tr>
                    <th scope="col">Generation</th>
                    <th scope="col">When</th>
                    <th scope="col">Who</th>
                    <th scope="col">Why</th>
                  </tr>
                </thead>
                <tbody>
                  {items.map(({ number, instant, author, reason }) => (
                    <tr key={number}>
                      <td data-label="Generation">
                        <Button
                          kind="quiet"
                          small
                          onPress={() => choose(number)}
                          aria-label={`Generation ${number}: what it changed`}
                        >
                          {number}
                        </Button>
                      </td>
                      <td data-label="When">{formatMoment(instant)}</td>
                      <td data-label="Who">{author}</td>
                      <td data-label="Why" data-wide>
                        {reason}
                      </td>
                    </tr>
                  ))}
                </tbody>
              </table>
            </div>
          );
        }}
      </Reading>
      {query.hasNextPage && (
        <div className={styles.answers}>
          <Button busy={query.isFetchingNextPage} onPress={() => void query.fetchNextPage()}>
            Show older generations
          </Button>
        </div>
      )}
      {chosen !== undefined && <GenerationDrawer number={chosen} newest={newest} onClose={() => choose(undefined)} />}
    </Section>
  );
}
