import type { UseQueryResult } from '@tanstack/react-query';
import { CloudOff } from 'lucide-react';
import type { ReactNode } from 'react';
import { asProblem, unreachableProblem } from '../api/problem.ts';
import { formatMoment } from '../lib/format.ts';
import { useOnline } from '../lib/online.ts';
import { CorrelationId, ErrorState, Loading, Notice } from '../ui/states.tsx';
import styles from './reading.module.css';

type Read<Data> = Pick<UseQueryResult<Data>, 'data' | 'error' | 'isError' | 'fetchStatus' | 'dataUpdatedAt' | 'refetch'>;

/**
 * What a query has to show: its shape while it loads, why it failed, or its data. Data that could not be read again stay, with a
 * remark that says from when they are.
 */
export function Reading<Data>({
  query,
  what,
  failed,
  skeleton,
  compact,
  children,
}: {
  query: Read<Data>;
  /** What is being read, as in "the queues". */
  what: string;
  /** The failure in a sentence, as in "The queues could not be read". */
  failed: string;
  skeleton: ReactNode;
  compact?: boolean;
  children: (data: Data) => ReactNode;
}) {
  const { data, isError, fetchStatus } = query;
  const online = useOnline();
  const retry = () => void query.refetch();
  if (data === undefined) {
    if (isError) return <ErrorState error={query.error} what={failed} onRetry={retry} compact={compact} />;
    if (fetchStatus === 'paused')
      return <ErrorState error={unreachableProblem()} what={failed} onRetry={retry} compact={compact} />;
    return <Loading what={what}>{skeleton}</Loading>;
  }
  return (
    <>
      {isError ? <Outdated query={query} failed={failed} /> : !online && !compact && <AsItWas readAtMs={query.dataUpdatedAt} />}
      {children(data)}
    </>
  );
}

/** Without network nothing is wrong with what is shown but its age. */
function AsItWas({ readAtMs }: { readAtMs: number }) {
  return (
    <p className={styles.asItWas}>
      <CloudOff size={14} aria-hidden />
      <span>As it was on {formatMoment(new Date(readAtMs).toISOString())}. It is read again once you are online.</span>
    </p>
  );
}

function Outdated<Data>({ query, failed }: { query: Read<Data>; failed: string }) {
  const problem = asProblem(query.error);
  return (
    <div style={{ marginBlockEnd: 12 }}>
      <Notice tone="warn">
        {failed} again: {problem.message} This is how it was on {formatMoment(new Date(query.dataUpdatedAt).toISOString())}.
        {problem.requestId && (
          <div>
            <CorrelationId id={problem.requestId} />
          </div>
        )}
      </Notice>
    </div>
  );
}
