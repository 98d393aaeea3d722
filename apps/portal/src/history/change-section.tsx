import { useInfiniteQuery } from '@tanstack/react-query';
import { GitCompareArrows, Undo2 } from 'lucide-react';
import { useState } from 'react';
import { historyPages } from '../api/reconcile-queries.ts';
import type { DomainSummary, PastChange } from '../api/reconcile-types.ts';
import { changesText, outcomeWords } from '../changes/change-words.ts';
import styles from '../changes/history.module.css';
import { useControl } from '../changes/use-control.ts';
import { formatAgo, formatMoment } from '../lib/format.ts';
import { Reading } from '../reading/reading.tsx';
import { useNow } from '../reading/use-now.ts';
import page from '../shell/page.module.css';
import { Section } from '../shell/page.tsx';
import { Button, IconButton } from '../ui/button.tsx';
import { SelectField } from '../ui/field.tsx';
import { Badge } from '../ui/marks.tsx';
import { EmptyState, Skeleton } from '../ui/states.tsx';
import { GoBackDialog } from './go-back-dialog.tsx';

/** The changes of one domain, newest first. */
export function ChangeSection({
  domains,
  shown,
  onDomain,
  onCompare,
}: {
  domains: readonly DomainSummary[];
  shown: DomainSummary;
  onDomain: (domain: string) => void;
  onCompare: (pair: [number, number]) => void;
}) {
  const query = useInfiniteQuery(historyPages(shown.domain));
  const [goingTo, setGoingTo] = useState<PastChange>();
  const changes = query.data?.pages.flatMap(({ generations }) => generations) ?? [];
  return (
    <Section
      title={`Changes of ${shown.title}`}
      aside={
        <span className={styles.aside}>
          <SelectField
            small
            label="Changes of"
            hideLabel
            value={shown.domain}
            options={domains.map(({ domain, title }) => ({ value: domain, label: title }))}
            onChange={onDomain}
          />
        </span>
      }
    >
      <Reading
        query={query}
        what="the changes"
        failed="The changes could not be read"
        skeleton={<Skeleton height={220} />}
        compact
      >
        {() =>
          changes.length === 0 ? (
            <EmptyState icon={Undo2} title="Nothing was applied yet" compact>
              What is applied on the tab of {shown.title} is kept here, with who did it and how it ended.
            </EmptyState>
          ) : (
            <ChangeTable changes={changes} shown={shown} onCompare={onCompare} onGoTo={setGoingTo} />
          )
        }
      </Reading>
      {query.hasNextPage && (
        <Button small onPress={() => query.fetchNextPage()} busy={query.isFetchingNextPage}>
          Earlier ones
        </Button>
      )}
      {goingTo?.generation && shown.generation !== null && (
        <GoBackDialog
          domain={shown.domain}
          title={shown.title}
          from={shown.generation}
          to={goingTo.generation}
          change={goingTo}
          onClose={() => setGoingTo(undefined)}
        />
      )}
    </Section>
  );
}

function ChangeTable({
  changes,
  shown,
  onCompare,
  onGoTo,
}: {
  changes: readonly PastChange[];
  shown: DomainSummary;
  onCompare: (pair: [number, number]) => void;
  onGoTo: (change: PastChange) => void;
}) {
  const { refusal } = useControl(shown.domain);
  const now = useNow(20_000);
  return (
    <div className={page.tableBox}>
      <table className={page.table}>
        <caption className="seen-by-readers-only">Changes of {shown.title}, newest first</caption>
        <thead>
          <tr>
            {['Generation', 'When', 'Who', 'What', 'Outcome', ''].map((title) => (
              <th key={title} scope="col">
                {title || <span className="seen-by-readers-only">Actions</span>}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {changes.map((change, index) => (
            <tr key={change.changeId}>
              <td data-label="Generation">
                <strong>{change.generation ?? '–'}</strong>
                {change.generation === shown.generation && change.outcome === 'committed' && ' (in force)'}
              </td>
              <td data-label="When">
                <time dateTime={change.at} title={formatMoment(change.at)}>
                  {formatAgo(change.at, now)}
                </time>
              </td>
              <td data-label="Who">{change.by}</td>
              <td data-label="What" data-wide="">
                {changesText(change.changes)}
              </td>
              <td data-label="Outcome" data-wide="">
                <Badge tone={outcomeWords[change.outcome].tone}>{outcomeWords[change.outcome].title}</Badge>
                {change.reason && <div className={styles.what}>{change.reason}</div>}
              </td>
              <td data-wide="">
                <RowActions
                  change={change}
                  before={changes.slice(index + 1).find(({ outcome }) => outcome === 'committed')?.generation ?? undefined}
                  inForce={shown.generation}
                  refusal={refusal}
                  onCompare={onCompare}
                  onGoTo={onGoTo}
                />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function RowActions({
  change: { generation, outcome },
  change,
  before,
  inForce,
  refusal,
  onCompare,
  onGoTo,
}: {
  change: PastChange;
  before: number | undefined;
  inForce: number | null;
  refusal: string | false;
  onCompare: (pair: [number, number]) => void;
  onGoTo: (change: PastChange) => void;
}) {
  return (
    <span className={styles.rowActions}>
      <IconButton
        small
        icon={GitCompareArrows}
        label={
          before === undefined ? `Compare generation ${generation ?? '–'}` : `Compare generation ${generation} with ${before}`
        }
        disabledBecause={
          generation === null ? 'It never began.' : before === undefined && 'There is none before it in this list.'
        }
        onPress={() => generation !== null && before !== undefined && onCompare([generation, before])}
      />
      <IconButton
        small
        icon={Undo2}
        label={`Go back to generation ${generation}`}
        disabledBecause={
          refusal || (outcome !== 'committed' && 'It was not kept.') || (generation === inForce && 'It is in force.')
        }
        onPress={() => onGoTo(change)}
      />
    </span>
  );
}
