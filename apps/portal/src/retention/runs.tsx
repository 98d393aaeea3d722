import { useQuery } from '@tanstack/react-query';
import { CircleCheck } from 'lucide-react';
import { deletionRunsQuery } from '../api/retention-queries.ts';
import { formatMoment } from '../lib/format.ts';
import { Reading } from '../reading/reading.tsx';
import page from '../shell/page.module.css';
import { Section } from '../shell/page.tsx';
import { classNames } from '../ui/class-names.ts';
import { Badge } from '../ui/marks.tsx';
import { EmptyState, Skeleton } from '../ui/states.tsx';
import styles from './retention.module.css';
import { type DeletionRun, runInWords } from './retention-words.ts';

const origins: Record<DeletionRun['origin'], string> = { clock: 'By itself', asked: 'Asked for', trash: 'Trash emptied' };

/** The last runs that deleted. */
export function Runs() {
  const query = useQuery(deletionRunsQuery);
  return (
    <Section title="Deleted">
      <Reading query={query} what="the runs" failed="The runs could not be read" compact skeleton={<Skeleton width="50%" />}>
        {({ items }) =>
          items.length === 0 ? (
            <div className={page.card}>
              <EmptyState compact icon={CircleCheck} title="Nothing has been deleted yet">
                Once a day what is due goes by itself. Each asset that goes stands in a journal before, and in the audit after.
              </EmptyState>
            </div>
          ) : (
            <div className={page.tableBox}>
              <table className={classNames(page.table, styles.runs)}>
                <caption className="seen-by-readers-only">Runs that deleted, newest first</caption>
                <thead>
                  <tr>
                    <th scope="col">When</th>
                    <th scope="col">Why</th>
                    <th scope="col">What</th>
                    <th scope="col">State</th>
                  </tr>
                </thead>
                <tbody>
                  {items.map((run) => (
                    <tr key={run.id}>
                      <td data-label="When">{formatMoment(run.askedAt)}</td>
                      <td data-label="Why">
                        {origins[run.origin]}
                        {run.origin !== 'clock' && `, ${run.askedBy}`}
                      </td>
                      <td data-label="What">{runInWords(run)}</td>
                      <td data-label="State">
                        <RunState run={run} />
                      </td>
                    </tr>
                  ))}
                </tbody>
              </table>
            </div>
          )
        }
      </Reading>
    </Section>
  );
}

function RunState({ run }: { run: DeletionRun }) {
  if (run.stopped) return <Badge tone="bad">{run.stopped.message}</Badge>;
  if (!run.endedAt) return <Badge>{run.startedAt ? 'running' : 'waits for a worker'}</Badge>;
  if (run.filesLeft > 0) return <span className={page.soft}>files go within minutes</span>;
  return <span className={page.soft}>done</span>;
}
