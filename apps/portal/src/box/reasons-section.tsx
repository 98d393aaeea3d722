import type { CSSProperties } from 'react';
import type { CorePlan, Workload } from '../api/types.ts';
import { workloadColour } from '../lib/workload-colours.ts';
import page from '../shell/page.module.css';
import { Section } from '../shell/page.tsx';
import { cpusInWords, flawsOf } from './box-words.ts';
import styles from './outcome.module.css';

/** Why everybody lies where it does, and what could not be had. */
export function ReasonsSection({ plan, workloads }: { plan: CorePlan; workloads: readonly Workload[] }) {
  const flaws = flawsOf(plan);
  const reserve = workloads.find((workload) => workload.class === 'reserve')?.id ?? 'reserve';
  const ids = [...workloads.map(({ id }) => id).filter((id) => id !== reserve), reserve];
  return (
    <Section title="Why">
      <div className={page.card}>
        {(flaws.length > 0 || !plan.optimal) && (
          <p className={styles.flaws}>
            {flaws.length > 0 && `Not to be had: ${flaws.join('; ')}. `}
            {!plan.optimal && 'The machine is too large to look at every plan: a better one may exist.'}
          </p>
        )}
        <dl className={styles.reasons}>
          {ids.map((id) => (
            <div key={id}>
              <dt>
                <span
                  className={styles.swatch}
                  style={{ '--colour': workloadColour(id, id === reserve) } as CSSProperties}
                  aria-hidden
                />
                <span>{id}</span>
                <span>CPU {cpusInWords(plan.assignments[id] ?? [])}</span>
              </dt>
              {(plan.reasons[id] ?? []).map((reason) => (
                <dd key={reason}>{reason}</dd>
              ))}
            </div>
          ))}
        </dl>
      </div>
    </Section>
  );
}
