import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { Table2 } from 'lucide-react';
import { memo, useMemo, useState } from 'react';
import { pastQuery } from '../api/history-queries.ts';
import { Reading } from '../reading/reading.tsx';
import page from '../shell/page.module.css';
import { IconButton } from '../ui/button.tsx';
import { classNames } from '../ui/class-names.ts';
import { Skeleton } from '../ui/states.tsx';
import { GraphField } from './graph-field.tsx';
import { type Line, linesOf } from './graph-shape.ts';
import { GraphTable } from './graph-table.tsx';
import type { Graph } from './graphs.ts';
import styles from './past.module.css';
import { type Grid, indexAt, type Range, ranges } from './ranges.ts';
import { writeMoment } from './time-ticks.ts';
import { units } from './units.ts';

/** The moment that is read in all graphs at once. */
export interface Cursor {
  atMs: number | undefined;
  move(atMs: number | undefined): void;
}

/** One graph with its name, its lines and, where somebody asks, its figures as a table. */
export const GraphCard = memo(function GraphCard({
  graph,
  range,
  cursor,
  alone = false,
}: {
  graph: Graph;
  range: Range;
  cursor: Cursor;
  alone?: boolean;
}) {
  const query = useQuery(pastQuery(graph.metric, range));
  const [asTable, setAsTable] = useState(false);
  const search = { ...(range === 'hour' ? {} : { range }), metric: graph.metric };
  return (
    <article className={classNames(page.card, styles.card, alone && styles.alone)} aria-label={graph.title}>
      <header className={styles.cardHead}>
        <h3>
          <Link to="/box/past" search={search}>
            {graph.title}
          </Link>
        </h3>
        <IconButton
          small
          icon={Table2}
          label={`${graph.title} as a table`}
          pressed={asTable}
          onPress={() => setAsTable(!asTable)}
        />
      </header>
      <Reading
        query={query}
        what={graph.title}
        failed="This could not be read"
        skeleton={<Skeleton height={alone ? 300 : 148} />}
        compact
      >
        {(answer) => <Drawn graph={graph} range={range} answer={answer} cursor={cursor} asTable={asTable} />}
      </Reading>
    </article>
  );
});

type Answered = { lines: Parameters<typeof linesOf>[1]['lines']; grid: Grid };

function Drawn({
  graph,
  range,
  answer,
  cursor,
  asTable,
}: {
  graph: Graph;
  range: Range;
  answer: Answered;
  cursor: Cursor;
  asTable: boolean;
}) {
  const lines = useMemo(() => linesOf(graph, answer, answer.grid), [graph, answer]);
  if (lines.length === 0)
    return (
      <p className={styles.nothing}>
        Nothing was measured in {ranges[range].words}. {graph.without}
      </p>
    );
  if (asTable) return <GraphTable graph={graph} lines={lines} grid={answer.grid} />;
  const read = cursor.atMs === undefined ? undefined : indexAt(answer.grid, cursor.atMs);
  return (
    <>
      <GraphField graph={graph} range={range} lines={lines} grid={answer.grid} read={read} onRead={cursor.move} />
      <Legend graph={graph} lines={lines} grid={answer.grid} read={read} />
    </>
  );
}

function Legend({ graph, lines, grid, read }: { graph: Graph; lines: readonly Line[]; grid: Grid; read: number | undefined }) {
  const { write } = units[graph.unit];
  const at = read ?? grid.count - 1;
  return (
    <>
      <p className={styles.moment}>{read === undefined ? 'At the end' : writeMoment(grid, read)}</p>
      <ul className={styles.legend} aria-label={`Lines of ${graph.title}`}>
        {lines.map(({ name, colour, dash, values }) => {
          // The newest point may not have been measured yet.
          const value = values[at] ?? (read === undefined ? values[at - 1] : null) ?? null;
          return (
            <li key={name}>
              <svg width="14" height="8" aria-hidden="true">
                <line x1="0" x2="14" y1="4" y2="4" stroke={colour} strokeWidth="3" strokeDasharray={dash} />
              </svg>
              <span>{name}</span>
              <strong>{value === null ? '–' : write(value)}</strong>
            </li>
          );
        })}
      </ul>
    </>
  );
}
