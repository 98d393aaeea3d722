import { ArrowDownRight, ArrowUpRight } from 'lucide-react';
import type { CSSProperties } from 'react';
import type { PlanObstacle, Trial } from '../api/types.ts';
import { workloadColour } from '../lib/workload-colours.ts';
import page from '../shell/page.module.css';
import { Section } from '../shell/page.tsx';
import { Button } from '../ui/button.tsx';
import { Notice } from '../ui/states.tsx';
import { changeInWords, effectInWords, outcomeInWords } from './box-words.ts';
import styles from './outcome.module.css';

/** What other budgets would change: who moves, what gets better, what gets worse. Or why they have no plan, and what would fit. */
export function OutcomeSection({
  trial,
  declared,
  onUse,
}: {
  trial: Trial;
  /** Threads by workload as declared, to show only what would be another. */
  declared: Readonly<Record<string, number>>;
  onUse: (nearest: NonNullable<PlanObstacle['nearestFeasible']>) => void;
}) {
  return (
    <Section title="What would change">
      <div className={page.card}>
        <p role="status" className={styles.lead}>
          {trial.after && outcomeInWords(trial.after)}
        </p>
        {trial.obstacle && <Obstacle obstacle={trial.obstacle} declared={declared} onUse={onUse} />}
        {trial.after && trial.after.changes.length > 0 && <Changes trial={trial} changes={trial.after.changes} />}
        <Effects trial={trial} />
      </div>
    </Section>
  );
}

function Changes({ trial, changes }: { trial: Trial; changes: NonNullable<Trial['after']>['changes'] }) {
  return (
    <ul className={styles.changes} aria-label="Who gets other CPUs">
      {changes.map((change) => (
        <li key={change.id}>
          <span className={styles.swatch} style={{ '--colour': workloadColour(change.id) } as CSSProperties} aria-hidden />
          <span>
            <strong>{change.id}</strong> {changeInWords(change, trial.before?.assignments[change.id]?.length ?? 0)}
          </span>
        </li>
      ))}
    </ul>
  );
}

function Effects({ trial: { before, after, better, worse } }: { trial: Trial }) {
  if (!before || !after) return null;
  if (better.length + worse.length === 0)
    return <p className={styles.faint}>The plan gets neither better nor worse by any measure.</p>;
  return (
    <ul className={styles.effects} aria-label="What gets better or worse">
      {worse.map((effect) => (
        <li key={effect.part} data-tone="bad">
          <ArrowDownRight size={15} aria-hidden />
          <span>
            <strong>Worse.</strong> {effectInWords(effect)}
          </span>
        </li>
      ))}
      {better.map((effect) => (
        <li key={effect.part} data-tone="good">
          <ArrowUpRight size={15} aria-hidden />
          <span>
            <strong>Better.</strong> {effectInWords(effect)}
          </span>
        </li>
      ))}
    </ul>
  );
}

/** Why there is no plan, and what would fit. */
export function Obstacle({
  obstacle: { message, needed, available, nearestFeasible },
  declared,
  onUse,
}: {
  obstacle: PlanObstacle;
  declared: Readonly<Record<string, number>>;
  onUse: (nearest: NonNullable<PlanObstacle['nearestFeasible']>) => void;
}) {
  const other = Object.entries(nearestFeasible ?? {}).filter(([id, threads]) => declared[id] !== threads);
  return (
    <div className={styles.obstacle}>
      <Notice tone="bad">
        <strong>There is no plan.</strong> {message}{' '}
        {needed > available && `${needed - available} threads are short: ${needed} are needed, ${available} are there.`}
      </Notice>
      {nearestFeasible ? (
        <div className={styles.fits}>
          <p>
            This would fit: {other.map(([id, threads]) => `${id} ${threads}`).join(', ') || 'what is declared'}
            {other.length > 0 && ', all others as declared'}.
          </p>
          <Button onPress={() => onUse(nearestFeasible)}>Use what fits</Button>
        </div>
      ) : (
        <p className={styles.faint}>No sizes of these workloads fit this machine.</p>
      )}
    </div>
  );
}
