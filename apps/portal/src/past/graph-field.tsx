import { type KeyboardEvent, memo, type PointerEvent, useMemo } from 'react';
import { gapsOf, type Line, mostOf, pathOf } from './graph-shape.ts';
import type { Graph } from './graphs.ts';
import styles from './past.module.css';
import { type Grid, momentOf, type Range } from './ranges.ts';
import { timeTicks, writeMoment } from './time-ticks.ts';
import { topOf, units, writeOnScale } from './units.ts';

const width = 1000;
const height = 100;

interface Field {
  graph: Graph;
  range: Range;
  lines: readonly Line[];
  grid: Grid;
}

/** The drawn lines over time, between zero and the end of the scale. A slider over time: what it points at is read in words. */
export function GraphField({
  read,
  onRead,
  ...field
}: Field & { read: number | undefined; onRead: (atMs: number | undefined) => void }) {
  const { graph, range, lines, grid } = field;
  const top = topOf(graph.unit, mostOf(lines));
  const last = grid.count - 1;
  const readAt = (index: number) => onRead(momentOf(grid, Math.min(last, Math.max(0, index))));
  const point = (event: PointerEvent<HTMLElement>) => {
    const box = event.currentTarget.getBoundingClientRect();
    readAt(Math.round(((event.clientX - box.left) / box.width) * last));
  };
  return (
    <div className={styles.field}>
      <div className={styles.scale} aria-hidden>
        {[top, top / 2, 0].map((value) => (
          <span key={value}>{writeOnScale(graph.unit, value)}</span>
        ))}
      </div>
      <div
        className={styles.lines}
        role="slider"
        tabIndex={0}
        aria-label={`${graph.title}: moment`}
        aria-valuemin={0}
        aria-valuemax={last}
        aria-valuenow={read ?? last}
        aria-valuetext={inWords(field, read ?? last)}
        onPointerMove={point}
        onPointerDown={point}
        onPointerLeave={(event) => event.pointerType === 'mouse' && onRead(undefined)}
        onKeyDown={(event) => moveByKey(event, read ?? last, last, readAt, () => onRead(undefined))}
      >
        <Drawing lines={lines} grid={grid} top={top} />
        {read !== undefined && <Reader lines={lines} at={read} last={last} top={top} />}
      </div>
      <div className={styles.times} aria-hidden>
        {timeTicks(range, grid.fromMs, momentOf(grid, last)).map(({ at, text }) => (
          <span key={at} style={{ insetInlineStart: `${at * 100}%` }}>
            {text}
          </span>
        ))}
      </div>
    </div>
  );
}

const Drawing = memo(function Drawing({ lines, grid, top }: { lines: readonly Line[]; grid: Grid; top: number }) {
  const paths = useMemo(() => lines.map(({ values }) => pathOf(values, top, width, height)), [lines, top]);
  const gaps = useMemo(() => gapsOf(lines, grid), [lines, grid]);
  const x = (index: number) => Math.min(width, Math.max(0, (index / (grid.count - 1)) * width));
  return (
    <svg viewBox={`0 0 ${width} ${height}`} preserveAspectRatio="none" aria-hidden="true">
      {gaps.map(({ from, to }) => (
        <rect key={from} x={x(from - 1)} width={x(to + 1) - x(from - 1)} y="0" height={height} className={styles.gap} />
      ))}
      {[0, height / 2, height].map((y) => (
        <line key={y} x1="0" x2={width} y1={y} y2={y} className={styles.rule} />
      ))}
      {lines.map(({ name, colour, dash }, index) => (
        <path key={name} d={paths[index]} stroke={colour} strokeDasharray={dash} className={styles.line} />
      ))}
    </svg>
  );
});

function Reader({ lines, at, last, top }: { lines: readonly Line[]; at: number; last: number; top: number }) {
  const left = `${(at / last) * 100}%`;
  return (
    <>
      <i className={styles.reader} style={{ left }} />
      {lines.map(({ name, colour, values }) => {
        const value = values[at] ?? null;
        if (value === null) return null;
        return <i key={name} className={styles.dot} style={{ left, bottom: `${(value / top) * 100}%`, background: colour }} />;
      })}
    </>
  );
}

function inWords({ graph, lines, grid }: Field, at: number): string {
  const { write } = units[graph.unit];
  const known = lines.flatMap(({ name, values }) => {
    const value = values[at] ?? null;
    return value === null ? [] : [`${name} ${write(value)}`];
  });
  return `${writeMoment(grid, at)}: ${known.join(', ') || 'nothing was measured'}`;
}

/** Arrows go from point to point, pages by a tenth, Home and End to the edges; Escape lets go. */
function moveByKey(event: KeyboardEvent, at: number, last: number, readAt: (index: number) => void, letGo: () => void): void {
  const tenth = Math.round(last / 10);
  const steps: Record<string, number> = {
    ArrowLeft: at - 1,
    ArrowDown: at - 1,
    ArrowRight: at + 1,
    ArrowUp: at + 1,
    PageDown: at - tenth,
    PageUp: at + tenth,
    Home: 0,
    End: last,
  };
  const next = steps[event.key];
  if (next === undefined && event.key !== 'Escape') return;
  event.preventDefault();
  if (next === undefined) letGo();
  else readAt(next);
}
