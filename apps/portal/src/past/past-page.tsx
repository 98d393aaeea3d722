import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { ArrowLeft, ChartLine } from 'lucide-react';
import { useMemo, useState } from 'react';
import { pastQuery } from '../api/history-queries.ts';
import { BoxPart } from '../box/box-part.tsx';
import { usePageAddress } from '../reading/page-address.ts';
import { Reading } from '../reading/reading.tsx';
import page from '../shell/page.module.css';
import { Section } from '../shell/page.tsx';
import { Button } from '../ui/button.tsx';
import { EmptyState, Skeleton } from '../ui/states.tsx';
import { type Cursor, GraphCard } from './graph-card.tsx';
import { graphGroups, surestMetric } from './graphs.ts';
import styles from './past.module.css';
import { type PastAddress, readPastAddress } from './past-address.ts';
import { type Range, rangeNames, ranges } from './ranges.ts';

const lead =
  'What the box was busy with. Each point is the mean of its time; where a line is broken nothing was measured. Point at a graph, or go through it with the arrow keys, to read all of them at that moment.';

/** What did the box do, and when? */
export function PastPage() {
  return (
    <BoxPart part="/box/past" lead={lead}>
      <Past />
    </BoxPart>
  );
}

function Past() {
  const [{ range = 'hour', metric }, change] = usePageAddress(readPastAddress);
  const surest = useQuery(pastQuery(surestMetric, range));
  return (
    <>
      <RangeChoice range={range} onChoose={(next) => change({ range: next === 'hour' ? undefined : next })} />
      <Reading query={surest} what="what was measured" failed="What was measured cannot be shown" skeleton={<PastSkeleton />}>
        {({ lines }) => (lines.length > 0 || metric ? <Graphs range={range} metric={metric} /> : <NothingYet range={range} />)}
      </Reading>
    </>
  );
}

function RangeChoice({ range, onChoose }: { range: Range; onChoose: (range: Range) => void }) {
  return (
    <div className={styles.ranges} role="group" aria-label="How far back">
      {rangeNames.map((name) => (
        <Button key={name} small pressed={name === range} onPress={() => onChoose(name)}>
          {ranges[name].title}
        </Button>
      ))}
    </div>
  );
}

function Graphs({ range, metric }: { range: Range; metric: PastAddress['metric'] }) {
  const [atMs, setAtMs] = useState<number>();
  const cursor = useMemo<Cursor>(() => ({ atMs, move: setAtMs }), [atMs]);
  const graphs = graphGroups.flatMap((group) => group.graphs);
  const alone = graphs.find((graph) => graph.metric === metric);
  if (alone)
    return (
      <>
        <Link to="/box/past" search={range === 'hour' ? {} : { range }} className={styles.back}>
          <ArrowLeft size={14} aria-hidden /> All graphs
        </Link>
        <GraphCard key={alone.metric} graph={alone} range={range} cursor={cursor} alone />
      </>
    );
  return graphGroups.map(({ title, graphs: own }) => (
    <Section key={title} title={title}>
      <div className={styles.grid}>
        {own.map((graph) => (
          <GraphCard key={graph.metric} graph={graph} range={range} cursor={cursor} />
        ))}
      </div>
    </Section>
  ));
}

function NothingYet({ range }: { range: Range }) {
  return (
    <div className={page.card}>
      <EmptyState icon={ChartLine} title={`Nothing was measured in ${ranges[range].words}`}>
        Prometheus measures while the appliance runs, and the first graphs are here a minute after it has started.
      </EmptyState>
    </div>
  );
}

function PastSkeleton() {
  return (
    <div className={styles.grid} style={{ marginBlockStart: 32 }}>
      {[1, 2, 3, 4].map((number) => (
        <Skeleton key={number} height={236} style={{ borderRadius: 10 }} />
      ))}
    </div>
  );
}
