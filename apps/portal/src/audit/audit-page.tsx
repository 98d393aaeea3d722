import { useInfiniteQuery } from '@tanstack/react-query';
import { getRouteApi, useNavigate } from '@tanstack/react-router';
import { RotateCw, ScrollText } from 'lucide-react';
import { auditPages } from '../api/queries.ts';
import { formatCounted } from '../lib/format.ts';
import { Reading } from '../reading/reading.tsx';
import { useCan } from '../session/session.ts';
import page from '../shell/page.module.css';
import { Page } from '../shell/page.tsx';
import { Button, IconButton } from '../ui/button.tsx';
import { SelectField } from '../ui/field.tsx';
import { EmptyState, NoPermission, Skeleton } from '../ui/states.tsx';
import styles from './audit.module.css';
import { deedWords, knownActions } from './audit-words.ts';
import { EventTable } from './event-table.tsx';
import { ExportButton } from './export-button.tsx';

const route = getRouteApi('/shell/audit');
const lead =
  'Who did what, and when. Every entry is written together with the change it tells of: a change that could not be recorded did not happen.';

/** Who did what? */
export function AuditPage() {
  const may = useCan();
  const { action } = route.useSearch();
  return (
    <Page title="Audit" lead={lead} actions={may('audit.read') && <ExportButton action={action} />}>
      {may('audit.read') ? (
        <Events action={action} />
      ) : (
        <NoPermission what="The audit is not for your role" needs="audit.read" />
      )}
    </Page>
  );
}

function Events({ action }: { action: string | undefined }) {
  const query = useInfiniteQuery({
    ...auditPages(action),
    // New events come by themselves while the newest page is all that is shown.
    refetchInterval: ({ state }) => (state.data?.pages.length === 1 ? 10_000 : false),
  });
  const events = query.data?.pages.flatMap((answer) => answer.items) ?? [];
  return (
    <>
      <div className={styles.tools}>
        <ActionFilter action={action} />
        <IconButton label="Read again" icon={RotateCw} busy={query.isRefetching} onPress={() => void query.refetch()} />
        <span className={styles.count} role="status">
          {query.data && `${formatCounted(events.length, 'event')}${query.hasNextPage ? ' shown, older ones below' : ''}`}
        </span>
      </div>
      <Reading query={query} what="the audit" failed="The audit could not be read" skeleton={<EventsSkeleton />}>
        {() =>
          events.length === 0 ? (
            <NoEvents action={action} />
          ) : (
            <>
              <EventTable events={events} />
              {query.hasNextPage && (
                <div className={styles.more}>
                  <Button busy={query.isFetchingNextPage} onPress={() => void query.fetchNextPage()}>
                    Show older events
                  </Button>
                </div>
              )}
            </>
          )
        }
      </Reading>
    </>
  );
}

function ActionFilter({ action }: { action: string | undefined }) {
  const navigate = useNavigate();
  const known = knownActions.map((entry) => ({ value: entry.action, label: `${entry.words} (${entry.action})` }));
  const unknown = action && !known.some(({ value }) => value === action) ? [{ value: action, label: action }] : [];
  return (
    <SelectField
      label="Only what was done like this"
      hideLabel
      value={action ?? ''}
      options={[{ value: '', label: 'Everything that was done' }, ...unknown, ...known]}
      onChange={(chosen) => void navigate({ to: '/audit', search: chosen ? { action: chosen } : {}, replace: true })}
    />
  );
}

function NoEvents({ action }: { action: string | undefined }) {
  const navigate = useNavigate();
  if (!action)
    return (
      <EmptyState icon={ScrollText} title="Nothing has been recorded yet">
        Every change to media, tags, collections, people and models is written here, and every sign-in.
      </EmptyState>
    );
  return (
    <div className={page.card}>
      <EmptyState
        compact
        icon={ScrollText}
        title={`Nobody ${deedWords(action)} so far`}
        actions={<Button onPress={() => void navigate({ to: '/audit', replace: true })}>Show everything</Button>}
      />
    </div>
  );
}

function EventsSkeleton() {
  return (
    <div className={page.card} style={{ display: 'grid', gap: 26, paddingBlock: 22 }}>
      {['64%', '52%', '70%', '48%', '60%', '56%', '66%', '50%'].map((width) => (
        <Skeleton key={width} width={width} />
      ))}
    </div>
  );
}
