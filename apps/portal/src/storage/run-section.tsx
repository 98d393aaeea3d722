import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect, useRef } from 'react';
import { moverRunsQuery } from '../api/storage-queries.ts';
import type { MoverRun } from '../api/types.ts';
import { formatGuess } from '../jobs/queue-health.ts';
import { formatAgo, formatBytes, formatCount, formatCounted, formatMoment } from '../lib/format.ts';
import { useNow } from '../reading/use-now.ts';
import page from '../shell/page.module.css';
import { Section } from '../shell/page.tsx';
import { classNames } from '../ui/class-names.ts';
import { Badge, Progress } from '../ui/marks.tsx';
import { Notice } from '../ui/states.tsx';
import styles from './plan.module.css';
import { paceOf } from './run-pace.ts';
import { originWords } from './storage-words.ts';

/** The run that is under way, followed closely; nothing while none is. */
export function RunNow() {
  const { data } = useQuery(moverRunsQuery);
  const queries = useQueryClient();
  const running = data?.items.filter((run) => run.endedAt === null) ?? [];
  const isRunning = running.length > 0;
  const wasRunning = useRef(false);
  useEffect(() => {
    // When a run ends, the tiers are others than before.
    if (wasRunning.current && !isRunning) void queries.invalidateQueries({ queryKey: ['storage'] });
    wasRunning.current = isRunning;
  }, [isRunning, queries]);
  if (!isRunning) return null;
  return (
    <Section title="Moving now">
      <div className={page.card}>
        {running.map((run) => (
          <RunProgress key={run.id} run={run} />
        ))}
      </div>
    </Section>
  );
}

function RunProgress({ run }: { run: MoverRun }) {
  const now = useNow(1000);
  const { share, bytesPerSecond, leftMs } = paceOf(run, now);
  return (
    <div className={styles.run}>
      <p className={styles.runHead}>
        <strong>
          {formatCount(run.doneMoves)} of {formatCounted(run.plannedMoves, 'move')}
        </strong>
        <span>
          {formatBytes(run.doneBytes)} of {formatBytes(run.plannedBytes)}
        </span>
        <span className={page.faint}>
          {run.startedAt === null
            ? 'waits for a worker'
            : (bytesPerSecond && `${formatBytes(bytesPerSecond)}/s`) || 'beginning'}
          {leftMs !== undefined && `, about ${formatGuess(leftMs)} left`}
        </span>
        {run.failedMoves > 0 && <Badge tone="bad">{formatCount(run.failedMoves)} failed</Badge>}
      </p>
      <Progress label="Moves of this run" share={share} />
      <p className={page.faint}>
        Run {originWords[run.origin]}
        {run.origin === 'asked' && ` by ${run.askedBy}`}, {formatAgo(run.askedAt, now)}. It goes on when you leave the page.
      </p>
    </div>
  );
}

/** The last runs: what they were to do, what they did, and why they stopped short. */
export function PastRuns() {
  const { data } = useQuery(moverRunsQuery);
  const ended = data?.items.filter((run) => run.endedAt !== null).slice(0, 6) ?? [];
  if (ended.length === 0) return null;
  return (
    <Section title="Last runs">
      <div className={page.tableBox}>
        <table className={classNames(page.table, styles.runs)}>
          <caption className="seen-by-readers-only">The last runs, newest first</caption>
          <thead>
            <tr>
              {['Ended', 'Run', 'Moved', 'Bytes', 'Failed'].map((column, index) => (
                <th key={column} scope="col" className={index > 1 ? page.number : undefined}>
                  {column}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {ended.map((run) => (
              <PastRun key={run.id} run={run} />
            ))}
          </tbody>
        </table>
      </div>
    </Section>
  );
}

function PastRun({ run }: { run: MoverRun }) {
  return (
    <tr>
      <td data-label="Ended">{formatMoment(run.endedAt ?? run.askedAt)}</td>
      <td data-label="Run" data-wide>
        {originWords[run.origin]}
        {run.origin === 'asked' && ` by ${run.askedBy}`}
        {run.stopped && (
          <div className={styles.stopped}>
            <Notice tone="warn">
              Stopped: {run.stopped.message} <code>{run.stopped.code}</code>
            </Notice>
          </div>
        )}
      </td>
      <td data-label="Moved" className={page.number}>
        {formatCount(run.doneMoves)} <span className={page.faint}>of {formatCount(run.plannedMoves)}</span>
      </td>
      <td data-label="Bytes" className={page.number}>
        {formatBytes(run.doneBytes)}
      </td>
      <td data-label="Failed" className={page.number}>
        {run.failedMoves > 0 ? <Badge tone="bad">{formatCount(run.failedMoves)}</Badge> : <span className={page.faint}>0</span>}
      </td>
    </tr>
  );
}
