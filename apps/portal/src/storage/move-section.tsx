import { useInfiniteQuery } from '@tanstack/react-query';
import { CircleHelp, MoveRight } from 'lucide-react';
import { movePages } from '../api/storage-queries.ts';
import type { MoveFilter, ObjectMove } from '../api/types.ts';
import { formatAgo, formatBytes, formatMoment } from '../lib/format.ts';
import { Reading } from '../reading/reading.tsx';
import { useNow } from '../reading/use-now.ts';
import page from '../shell/page.module.css';
import { Section } from '../shell/page.tsx';
import { Button, IconButton } from '../ui/button.tsx';
import { classNames } from '../ui/class-names.ts';
import { SelectField } from '../ui/field.tsx';
import { Badge } from '../ui/marks.tsx';
import { EmptyState, Skeleton } from '../ui/states.tsx';
import { FromTo } from './from-to.tsx';
import { MovedThing } from './moved-thing.tsx';
import styles from './plan.module.css';
import { moveStateWords } from './storage-words.ts';

const filters: { value: MoveFilter | ''; label: string }[] = [
  { value: '', label: 'All moves' },
  { value: 'active', label: 'In hand' },
  { value: 'ended', label: 'Ended' },
  { value: 'failed', label: 'Failed' },
];

/** Moves of the organisation's objects, newest first, with what went wrong. */
export function MoveSection({
  filter,
  onFilter,
  onExplain,
}: {
  filter: MoveFilter | undefined;
  onFilter: (filter: MoveFilter | undefined) => void;
  onExplain: (objectId: string) => void;
}) {
  const query = useInfiniteQuery({
    ...movePages(filter),
    refetchInterval: ({ state }) => (state.data?.pages.length === 1 ? 10_000 : false),
  });
  const moves = query.data?.pages.flatMap((answer) => answer.items) ?? [];
  return (
    <Section
      title="Recent moves"
      aside={
        <span className={styles.tools}>
          <SelectField
            small
            label="Which moves"
            hideLabel
            value={filter ?? ''}
            options={filters}
            onChange={(chosen) => onFilter(chosen || undefined)}
          />
        </span>
      }
    >
      <Reading query={query} what="the moves" failed="The moves could not be read" skeleton={<Skeleton height={220} />} compact>
        {() =>
          moves.length === 0 ? (
            <NoMoves filter={filter} />
          ) : (
            <>
              <MoveTable moves={moves} onExplain={onExplain} />
              {query.hasNextPage && (
                <div className={styles.more}>
                  <Button busy={query.isFetchingNextPage} onPress={() => void query.fetchNextPage()}>
                    Show older moves
                  </Button>
                </div>
              )}
            </>
          )
        }
      </Reading>
    </Section>
  );
}

function NoMoves({ filter }: { filter: MoveFilter | undefined }) {
  const titles = { active: 'Nothing is being moved', ended: 'Nothing has been moved', failed: 'No move has failed' };
  return (
    <div className={page.card}>
      <EmptyState compact icon={MoveRight} title={filter ? titles[filter] : 'No object of yours has moved yet'}>
        A move that fails leaves its object where it was; it is tried again by a later run.
      </EmptyState>
    </div>
  );
}

function MoveTable({ moves, onExplain }: { moves: readonly ObjectMove[]; onExplain: (objectId: string) => void }) {
  const now = useNow(30_000);
  return (
    <div className={page.tableBox}>
      <table className={classNames(page.table, styles.moveTable)}>
        <caption className="seen-by-readers-only">Moves, newest first</caption>
        <thead>
          <tr>
            <th scope="col">State</th>
            <th scope="col">What</th>
            <th scope="col">From, to</th>
            <th scope="col" className={page.number}>
              Bytes
            </th>
            <th scope="col">Because</th>
            <th scope="col">When</th>
            <th scope="col">
              <span className="seen-by-readers-only">Why it lies there</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {moves.map((move) => (
            <MoveRow key={move.id} move={move} now={now} onExplain={onExplain} />
          ))}
        </tbody>
      </table>
    </div>
  );
}

function MoveRow({ move, now, onExplain }: { move: ObjectMove; now: number; onExplain: (objectId: string) => void }) {
  const state = moveStateWords[move.state];
  const at = move.endedAt ?? move.committedAt ?? move.plannedAt;
  return (
    <tr>
      <td data-label="State">
        <Badge tone={state.tone}>{state.word}</Badge>
      </td>
      <td data-label="What" className={styles.what}>
        <MovedThing asset={move.asset} objectId={move.objectId} />
      </td>
      <td data-label="From, to">
        <FromTo from={move.from} to={move.to} />
      </td>
      <td data-label="Bytes" className={page.number}>
        {formatBytes(move.bytes)}
      </td>
      <td data-label="Because" data-wide className={styles.because}>
        {move.reason}
        {move.error && (
          <span className={styles.error}>
            {move.error.message} <code>{move.error.code}</code>
          </span>
        )}
      </td>
      <td data-label="When">
        <time dateTime={at} title={formatMoment(at)}>
          {formatAgo(at, now)}
        </time>
      </td>
      <td className={styles.explain}>
        <IconButton
          small
          label={`Explain object ${move.objectId.slice(-8)}`}
          icon={CircleHelp}
          hintPlacement="left"
          onPress={() => onExplain(move.objectId)}
        />
      </td>
    </tr>
  );
}
