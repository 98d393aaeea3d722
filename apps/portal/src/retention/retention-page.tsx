import { useQuery } from '@tanstack/react-query';
import { retentionQuery } from '../api/retention-queries.ts';
import { formatMoment } from '../lib/format.ts';
import { Reading } from '../reading/reading.tsx';
import { useCan } from '../session/session.ts';
import page from '../shell/page.module.css';
import { Page, Section } from '../shell/page.tsx';
import { NoPermission, Skeleton } from '../ui/states.tsx';
import { Holds } from './holds.tsx';
import { PoliciesForm } from './policies-form.tsx';
import { Runs } from './runs.tsx';
import { TrashCard } from './trash-card.tsx';

/** How long is what kept, and what must never go? */
export function RetentionPage() {
  const may = useCan();
  return (
    <Page
      title="Retention"
      lead="How long things are kept. Nothing that people brought is deleted until you say so here, and nothing under a legal hold is deleted at all."
    >
      {may('retention.read') ? (
        <>
          <Policies />
          <Section title="Trash">
            <TrashCard />
          </Section>
          <Holds />
          <Runs />
        </>
      ) : (
        <NoPermission what="Retention is not for your role" needs="retention.read" />
      )}
    </Page>
  );
}

function Policies() {
  const query = useQuery(retentionQuery);
  return (
    <Reading
      query={query}
      what="the policies"
      failed="The policies could not be read"
      skeleton={
        <div className={page.card} style={{ display: 'grid', gap: 20 }}>
          {[0, 1, 2, 3, 4].map((line) => (
            <Skeleton key={line} width={`${60 - line * 6}%`} />
          ))}
        </div>
      }
    >
      {({ items, nextRunAt }) => (
        <>
          <PoliciesForm items={items} />
          <p className={page.faint}>What is due goes next on {formatMoment(nextRunAt)}, by itself.</p>
        </>
      )}
    </Reading>
  );
}
