import type { Line } from './graph-shape.ts';
import type { Graph } from './graphs.ts';
import styles from './past.module.css';
import type { Grid } from './ranges.ts';
import { writeMoment } from './time-ticks.ts';
import { units } from './units.ts';

/** The figures of a graph, newest first; moments at which nothing was measured are left out. */
export function GraphTable({ graph, lines, grid }: { graph: Graph; lines: readonly Line[]; grid: Grid }) {
  const { write } = units[graph.unit];
  const points = Array.from({ length: grid.count }, (_, index) => grid.count - 1 - index);
  const known = points.filter((index) => lines.some(({ values }) => (values[index] ?? null) !== null));
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard (WCAG 2.1.1)
    <div className={styles.tableBox} tabIndex={0} role="group" aria-label={`Figures of ${graph.title}`}>
      <table>
        <caption className="seen-by-readers-only">{graph.title}</caption>
        <thead>
          <tr>
            <th scope="col">When</th>
            {lines.map(({ name }) => (
              <th key={name} scope="col">
                {name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {known.map((index) => (
            <tr key={index}>
              <th scope="row">{writeMoment(grid, index)}</th>
              {lines.map(({ name, values }) => {
                const value = values[index] ?? null;
                return <td key={name}>{value === null ? '–' : write(value)}</td>;
              })}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
