import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { queuesQuery } from '../api/queries.ts';
import type { QueueState } from '../api/types.ts';
import { formatCount, formatCounted, formatSpan } from '../lib/format.ts';
import { type Figure, Figures, FiguresSkeleton } from '../reading/figures.tsx';
import { LiveMark } from '../reading/live-mark.tsx';
import { Reading } from '../reading/reading.tsx';
import { useCan } from '../session/session.ts';
import { Page, Section } from '../shell/page.tsx';
import { NoPermission, Notice } from '../ui/states.tsx';
import { DeadLetters } from './dead-letters.tsx';
import { queueWords } from './job-words.ts';
import styles from './jobs.module.css';
import { formatGuess, queueHealth, timeLeftMs, totalsOf } from './queue-health.ts';
import { QueueTable, QueueTableSkeleton } from './queue-table.tsx';

const lead =
  'Every file is understood in steps, and each step is a job in one of these queues. Jobs outlive restarts; what fails is tried again by itself.';

/** What is waiting, stuck, failed? */
export function JobsPage() {
  const may = useCan();
  return (
    <Page title="Jobs" lead={lead}>
      {may('job.read') ? <Jobs /> : <NoPermission what="The jobs are not for your role" needs="job.read" />}
    </Page>
  );
}

function Jobs() {
  const query = useQuery(queuesQuery);
  const dead = query.data ? totalsOf(query.data.items).dead : undefined;
  return (
    <>
      <Reading query={query} what="the queues" failed="The queues could not be read" skeleton={<JobsSkeleton />}>
        {({ items, redisAvailable }) => (
          <>
            {!redisAvailable && <QueueServerAway />}
            <Figures label="All queues together" figures={figuresOf(items)} />
            {redisAvailable && <StuckQueues queues={items} />}
            <Section title="Queues" aside={<LiveMark readAtMs={query.dataUpdatedAt} failed={query.isError} />}>
              <QueueTable queues={items} readAtMs={query.dataUpdatedAt} />
            </Section>
          </>
        )}
      </Reading>
      {(query.data || query.isError) && <DeadLetters total={dead} />}
    </>
  );
}

function figuresOf(queues: readonly QueueState[]): Figure[] {
  const { waiting, running, dead, finishedLastMinute, oldestWaitingSeconds } = totalsOf(queues);
  const left = timeLeftMs({ waiting, running, finishedLastMinute });
  const stuck = queues.filter((queue) => queueHealth(queue).word === 'Stuck').length;
  return [
    { label: 'Running', value: formatCount(running), note: running === 0 ? 'nothing is worked on' : 'jobs being worked on' },
    {
      label: 'Waiting',
      value: formatCount(waiting),
      note: oldestWaitingSeconds === null ? 'nothing waits' : `oldest for ${formatSpan(oldestWaitingSeconds * 1000)}`,
    },
    {
      label: 'Done in the last minute',
      value: formatCount(finishedLastMinute),
      note:
        left === undefined ? (waiting + running > 0 ? 'no rate yet' : 'all done') : `all done in about ${formatGuess(left)}`,
    },
    {
      label: 'Stuck queues',
      value: formatCount(stuck),
      note: stuck > 0 ? 'nothing takes their jobs' : 'every queue moves or rests',
      ...(stuck > 0 ? { tone: 'warn' as const } : {}),
    },
    {
      label: 'Failed for good',
      value: formatCount(dead),
      note: dead > 0 ? 'need a look, listed below' : 'nothing to look at',
      ...(dead > 0 ? { tone: 'bad' as const } : {}),
    },
  ];
}

function StuckQueues({ queues }: { queues: readonly QueueState[] }) {
  const stuck = queues.filter((queue) => queueHealth(queue).word === 'Stuck');
  if (stuck.length === 0) return null;
  return (
    <div className={styles.remark}>
      <Notice tone="warn">
        {stuck
          .map((queue) => `${queueWords[queue.name].title}: ${formatCounted(queue.waiting, 'job')} waiting and none taken.`)
          .join(' ')}{' '}
        <Link to="/system">System</Link> shows whether the worker runs; <code>./holdfast logs</code> what it says. The jobs stay
        and go on once it does.
      </Notice>
    </div>
  );
}

function QueueServerAway() {
  return (
    <div className={styles.away}>
      <Notice tone="warn">
        The queue server (Redis) is away. No job is lost: they wait in the database and start by themselves when it is back.
        Until then how fast it goes cannot be told. <Link to="/system">System shows what is up</Link>
      </Notice>
    </div>
  );
}

function JobsSkeleton() {
  return (
    <>
      <FiguresSkeleton count={5} />
      <Section title="Queues">
        <QueueTableSkeleton />
      </Section>
    </>
  );
}
