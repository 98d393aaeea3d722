import type { CSSProperties } from 'react';
import type { DeclaredGpu } from '../api/types.ts';
import { formatCounted } from '../lib/format.ts';
import { workloadColour } from '../lib/workload-colours.ts';
import styles from './gpu.module.css';

/** The ceilings, each on a scale of its own: they are no parts of a whole, and may add up to more. */
export function ShareList({ declared: { shares, ceilingsMayExceed } }: { declared: DeclaredGpu }) {
  const sum = shares.reduce((total, { ceilingPercent }) => total + ceilingPercent, 0);
  return (
    <div>
      <h3 className={styles.title}>Ceilings of its processors</h3>
      <ul className={styles.shares}>
        {shares.map(({ workload, ceilingPercent, processes }) => (
          <li key={workload} style={{ '--colour': workloadColour(workload) } as CSSProperties}>
            <span className={styles.swatch} aria-hidden />
            <strong>{workload}</strong>
            <span className={styles.ceiling} aria-hidden>
              <span style={{ inlineSize: `${Math.min(100, ceilingPercent)}%` }} />
            </span>
            <span className={styles.most}>
              at most {ceilingPercent} %{processes > 1 && `, of ${formatCounted(processes, 'process', 'processes')} together`}
            </span>
          </li>
        ))}
      </ul>
      <p className={styles.says}>
        Nothing is kept free by a ceiling. Together they come to {Math.round(sum)} %
        {sum > 100 && (ceilingsMayExceed ? ', more than there is, as the manifest allows: when all are busy they wait' : '')}.
      </p>
    </div>
  );
}
