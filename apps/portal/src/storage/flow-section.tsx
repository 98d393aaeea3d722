import { useQuery } from '@tanstack/react-query';
import { ArrowRight, Waves } from 'lucide-react';
import { flowsQuery } from '../api/storage-queries.ts';
import { formatBytes, formatCounted, formatDay } from '../lib/format.ts';
import { Reading } from '../reading/reading.tsx';
import page from '../shell/page.module.css';
import { Section } from '../shell/page.tsx';
import { classNames } from '../ui/class-names.ts';
import { EmptyState, Skeleton } from '../ui/states.tsx';
import { type FlowSeries, flowSeries } from './flow-series.ts';
import styles from './storage.module.css';

const height = 48;

/** What went from tier to tier over the last thirty days. */
export function FlowSection() {
  const query = useQuery(flowsQuery);
  return (
    <Section title="Flow over 30 days">
      <Reading
        query={query}
        what="the flow between tiers"
        failed="The flow between tiers could not be read"
        skeleton={<Skeleton height={196} style={{ borderRadius: 10 }} />}
        compact
      >
        {({ items }) => <Flows series={flowSeries(items, new Date(query.dataUpdatedAt).toISOString().slice(0, 10))} />}
      </Reading>
    </Section>
  );
}

function Flows({ series }: { series: readonly FlowSeries[] }) {
  if (series.length === 0)
    return (
      <div className={page.card}>
        <EmptyState compact icon={Waves} title="Nothing has moved in 30 days">
          What is not read for a while goes down to the slower tiers; what is read often comes up again.
        </EmptyState>
      </div>
    );
  return (
    <div className={classNames(page.card, styles.flows)}>
      {series.map((flow) => (
        <Flow key={`${flow.from} ${flow.to}`} flow={flow} />
      ))}
    </div>
  );
}

function Flow({ flow }: { flow: FlowSeries }) {
  const { from, to, days, totalBytes, totalMoves, most } = flow;
  const last = days.at(-1);
  const y = (bytes: number) => height - 1 - (height - 3) * (most.bytes > 0 ? bytes / most.bytes : 0);
  return (
    <div className={styles.flow}>
      <h3 className={styles.pair}>
        {from} <ArrowRight size={13} role="img" aria-label="to" /> {to}
      </h3>
      <p className={styles.flowTotal}>
        <strong>{formatBytes(totalBytes)}</strong> <span className={page.faint}>in {formatCounted(totalMoves, 'move')}</span>
      </p>
      <svg
        className={styles.flowLine}
        viewBox={`0 0 ${days.length - 1} ${height}`}
        preserveAspectRatio="none"
        role="img"
        aria-label={`${from} to ${to}, a day: most ${formatBytes(most.bytes)} on ${formatDay(most.day)}, today ${formatBytes(last?.bytes ?? 0)}`}
      >
        <line x1="0" x2={days.length - 1} y1={height - 0.5} y2={height - 0.5} className={styles.flowGround} />
        <polyline points={days.map(({ bytes }, at) => `${at},${y(bytes).toFixed(1)}`).join(' ')} />
        {days.map(({ day, bytes, moves }, at) => (
          <rect key={day} x={at - 0.5} y="0" width="1" height={height} className={styles.flowDay}>
            <title>{`${formatDay(day)}: ${formatBytes(bytes)} in ${formatCounted(moves, 'move')}`}</title>
          </rect>
        ))}
      </svg>
      <p className={styles.flowEnds} aria-hidden>
        <span>{formatDay(days[0]?.day ?? '')}</span>
        <span>most {formatBytes(most.bytes)} a day</span>
        <span>today {formatBytes(last?.bytes ?? 0)}</span>
      </p>
    </div>
  );
}
