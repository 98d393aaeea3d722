import { type InfiniteData, useInfiniteQuery, useMutation, useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { CircleCheck, RotateCw } from 'lucide-react';
import { api, ask } from '../api/client.ts';
import { deadLetterPages } from '../api/queries.ts';
import type { Answer, DeadLetter } from '../api/types.ts';
import { formatAgo, formatCount, formatCounted, formatMoment } from '../lib/format.ts';
import { workColours } from '../lib/words.ts';
import { Reading } from '../reading/reading.tsx';
import { useNow } from '../reading/use-now.ts';
import { useNeeds } from '../session/session.ts';
import page from '../shell/page.module.css';
import { Section } from '../shell/page.tsx';
import { Button } from '../ui/button.tsx';
import { Badge } from '../ui/marks.tsx';
import { EmptyState, Skeleton } from '../ui/states.tsx';
import { toast } from '../ui/toast-queue.ts';
import { jobWords, queueWords } from './job-words.ts';
import styles from './jobs.module.css';

type Pages = InfiniteData<Answer<'listDeadLetters'>>;

/** Runs dead letters again: the named ones, or all. They leave the list at once. */
function useRetry() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (ids: string[] | undefined) => ask(api.POST('/api/v1/queues/dead/retry', { body: ids ? { ids } : {} })),
    onSuccess: ({ retried }, ids) => {
      const gone = ids && new Set(ids);
      queries.setQueryData(deadLetterPages.queryKey, (before: Pages | undefined) => before && withoutLetters(before, gone));
      toast(
        retried === 0
          ? { tone: 'info', title: 'Nothing was left to run again', detail: 'Somebody else has done it already.' }
          : { tone: 'good', title: retried === 1 ? 'The job runs again' : `${formatCounted(retried, 'job')} run again` },
      );
    },
    onSettled: () => {
      void queries.invalidateQueries({ queryKey: ['dead-letters'] });
      void queries.invalidateQueries({ queryKey: ['queues'] });
    },
  });
}

function withoutLetters(before: Pages, gone: ReadonlySet<string> | undefined): Pages {
  return {
    ...before,
    pages: before.pages.map((answer) => ({
      ...answer,
      items: gone ? answer.items.filter((letter) => !gone.has(letter.id)) : [],
      nextCursor: gone ? answer.nextCursor : null,
    })),
  };
}

/** Jobs that are out of attempts: what failed, on what, why, and the way to run it again. */
export function DeadLetters({ total }: { total: number | undefined }) {
  const query = useInfiniteQuery(deadLetterPages);
  const retry = useRetry();
  const refusal = useNeeds()('job.retry', 'run jobs again');
  const letters = query.data?.pages.flatMap((answer) => answer.items) ?? [];
  const count = Math.max(total ?? 0, letters.length);
  const busyWithAll = retry.isPending && retry.variables === undefined;
  return (
    <Section
      title="Failed for good"
      aside={
        <>
          {count > 0 && <Badge tone="bad">{formatCount(count)}</Badge>}
          {letters.length > 1 && (
            <span className={styles.sectionAction}>
              <Button
                small
                icon={RotateCw}
                disabledBecause={refusal}
                busy={busyWithAll}
                onPress={() => retry.mutate(undefined)}
              >
                {`Run all ${formatCount(count)} again`}
              </Button>
            </span>
          )}
        </>
      }
    >
      <Reading
        query={query}
        what="failed jobs"
        failed="The failed jobs could not be read"
        skeleton={<LettersSkeleton />}
        compact
      >
        {() =>
          letters.length === 0 ? (
            <div className={page.card}>
              <EmptyState compact icon={CircleCheck} title="Nothing has failed for good">
                A job that fails is tried again by itself, after a second, then after longer and longer waits. Only when it is
                out of attempts it comes here, with its error.
              </EmptyState>
            </div>
          ) : (
            <>
              <ul className={styles.letters} aria-label="Jobs that failed for good">
                {letters.map((letter) => (
                  <Letter
                    key={letter.id}
                    letter={letter}
                    refusal={refusal}
                    busy={retry.isPending && (busyWithAll || (retry.variables?.includes(letter.id) ?? false))}
                    onRetry={() => retry.mutate([letter.id])}
                  />
                ))}
              </ul>
              {query.hasNextPage && (
                <div className={styles.more}>
                  <Button busy={query.isFetchingNextPage} onPress={() => void query.fetchNextPage()}>
                    Show older ones
                  </Button>
                  <span className={page.faint}>
                    {formatCount(letters.length)} of {formatCount(count)} shown
                  </span>
                </div>
              )}
            </>
          )
        }
      </Reading>
    </Section>
  );
}

function Letter({
  letter,
  refusal,
  busy,
  onRetry,
}: {
  letter: DeadLetter;
  refusal: string | false;
  busy: boolean;
  onRetry: () => void;
}) {
  const now = useNow(30_000);
  const name = letter.assetName ?? 'no single asset';
  return (
    <li className={styles.letter}>
      <span className={styles.swatch} style={{ background: workColours[letter.queue] }} aria-hidden />
      <div className={styles.letterWords}>
        <div className={styles.letterHead}>
          <strong>{jobWords(letter.job)}</strong>
          {letter.assetId ? (
            <Link to="/assets/$assetId" params={{ assetId: letter.assetId }} search={{ tab: 'history' }}>
              {letter.assetName ?? 'An asset without a name'}
            </Link>
          ) : (
            <span className={page.soft}>{name}</span>
          )}
        </div>
        <p className={styles.problem}>{letter.errorMessage ?? 'It ended without saying why.'}</p>
        <div className={styles.facts}>
          {letter.errorCode && <code>{letter.errorCode}</code>}
          <span>{queueWords[letter.queue].title}</span>
          <span>{formatCounted(letter.attempts, 'attempt')}</span>
          <time dateTime={letter.diedAt} title={formatMoment(letter.diedAt)}>
            {formatAgo(letter.diedAt, now)}
          </time>
        </div>
      </div>
      <Button
        small
        icon={RotateCw}
        disabledBecause={refusal}
        busy={busy}
        aria-label={`Run again: ${jobWords(letter.job)}, ${name}`}
        onPress={onRetry}
      >
        Run again
      </Button>
    </li>
  );
}

function LettersSkeleton() {
  return (
    <div className={styles.letters}>
      {[0, 1, 2].map((line) => (
        <div key={line} className={styles.letter}>
          <span className={styles.swatch} />
          <div className={styles.letterWords} style={{ display: 'grid', gap: 8 }}>
            <Skeleton width="38%" />
            <Skeleton width="64%" />
            <Skeleton width="30%" height={12} />
          </div>
        </div>
      ))}
    </div>
  );
}
