import { useEffect } from 'react';
import type { QueueState } from '../api/types.ts';
import { formatCount, formatSpan } from '../lib/format.ts';
import { workColours } from '../lib/words.ts';
import { useNow } from '../reading/use-now.ts';
import page from '../shell/page.module.css';
import { classNames } from '../ui/class-names.ts';
import { Badge, Track } from '../ui/marks.tsx';
import { Skeleton } from '../ui/states.tsx';
import { queueWords } from './job-words.ts';
import styles from './jobs.module.css';
import { formatGuess, queueHealth, timeLeftMs } from './queue-health.ts';
import { RateLine } from './rate-line.tsx';
import { noteRates, useRateTrails } from './rate-trail.ts';

const columns = ['Queue', 'State', 'Running', 'Waiting', 'Oldest waits', 'Done per minute', 'Time left', 'Failed'];

/** Every queue in one line: what runs, what waits and how long, how fast it goes. */
export function QueueTable({ queues, readAtMs }: { queues: readonly QueueState[]; readAtMs: number }) {
  const now = useNow(1000);
  const trails = useRateTrails();
  useEffect(() => noteRates(queues, readAtMs), [queues, readAtMs]);
  return (
    <div className={page.tableBox}>
      <table className={classNames(page.table, styles.queues)}>
        <caption className="seen-by-readers-only">Queues, as they are now</caption>
        <Head />
        <tbody>
          {queues.map((queue) => (
            <QueueRow
              key={queue.name}
              queue={queue}
              sinceReadingMs={Math.max(0, now - readAtMs)}
              line={<RateLine samples={trails.get(queue.name) ?? []} colour={workColours[queue.name]} untilMs={readAtMs} />}
            />
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Head() {
  return (
    <thead>
      <tr>
        {columns.map((column, index) => (
          <th key={column} scope="col" className={index > 2 ? page.number : undefined}>
            {column}
          </th>
        ))}
      </tr>
    </thead>
  );
}

function QueueRow({ queue, sinceReadingMs, line }: { queue: QueueState; sinceReadingMs: number; line: React.ReactNode }) {
  const { title, does } = queueWords[queue.name];
  const health = queueHealth(queue);
  const left = timeLeftMs(queue);
  const oldest = queue.oldestWaitingSeconds;
  const slots = queue.scaling?.slots ?? queue.concurrency;
  return (
    <tr>
      <th scope="row" className={styles.queue}>
        <span className={styles.swatch} style={{ background: workColours[queue.name] }} aria-hidden />
        <span>
          {title}
          <span className={styles.does}>{does}</span>
        </span>
      </th>
      <td data-label="State">
        <Badge tone={health.tone}>{health.word}</Badge>
      </td>
      <td data-label="Running" className={styles.running}>
        {formatCount(queue.running)} <span className={page.faint}>of {formatCount(slots)}</span>
        {queue.scaling && <span className={styles.because}>{queue.scaling.reason}</span>}
        <Track thin share={queue.running / slots} colour={workColours[queue.name]} />
      </td>
      <td data-label="Waiting" className={page.number}>
        <Value count={queue.waiting} />
      </td>
      <td data-label="Oldest waits" className={page.number}>
        {oldest === null ? <None /> : formatSpan(Math.round(oldest + sinceReadingMs / 1000) * 1000)}
      </td>
      <td data-label="Done per minute" className={page.number}>
        <span className={styles.rate}>
          {line}
          <span className={styles.rateValue}>
            <Value count={queue.finishedLastMinute} />
          </span>
        </span>
      </td>
      <td data-label="Time left" className={page.number}>
        {left === undefined ? <None /> : `about ${formatGuess(left)}`}
      </td>
      <td data-label="Failed" className={page.number}>
        {queue.dead > 0 ? <Badge tone="bad">{formatCount(queue.dead)}</Badge> : <None />}
      </td>
    </tr>
  );
}

function Value({ count }: { count: number }) {
  return count === 0 ? <span className={page.faint}>0</span> : formatCount(count);
}

/** Nothing to tell: a dash for the eye, a word for readers. */
function None() {
  return (
    <>
      <span className={page.faint} aria-hidden>
        –
      </span>
      <span className="seen-by-readers-only">none</span>
    </>
  );
}

/** The shape of the queues. */
export function QueueTableSkeleton() {
  return (
    <div className={page.tableBox}>
      <table className={classNames(page.table, styles.queues)}>
        <Head />
        <tbody>
          {Object.entries(queueWords).map(([name, { title, does }]) => (
            <tr key={name}>
              <th scope="row" className={styles.queue}>
                <span className={styles.swatch} aria-hidden />
                <span>
                  {title}
                  <span className={styles.does}>{does}</span>
                </span>
              </th>
              {columns.slice(1).map((column) => (
                <td key={column} data-label={column}>
                  <Skeleton width={64} />
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
