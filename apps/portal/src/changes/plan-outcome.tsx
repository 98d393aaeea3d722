import type { DomainPlan } from '../api/reconcile-types.ts';
import page from '../shell/page.module.css';
import { Section } from '../shell/page.tsx';
import { Button } from '../ui/button.tsx';
import { ErrorState, Notice, Skeleton } from '../ui/states.tsx';
import { ChangeList, Restarts } from './change-list.tsx';
import { changeText } from './change-words.ts';
import styles from './changes.module.css';
import { pickTriedValues, type TriedValues } from './tried-values.ts';

/** What other values would change and why, or why they cannot be had and what would fit. */
export function PlanOutcome({
  plan,
  error,
  failed,
  keys,
  onRetry,
  onUse,
}: {
  plan: DomainPlan | undefined;
  error: unknown;
  /** What to say where it could not be asked. */
  failed: string;
  /** The values that can be tried here: a plan may fall short of others, which are set elsewhere. */
  keys: RegExp;
  onRetry: () => void;
  onUse: (values: TriedValues) => void;
}) {
  const fitting = pickTriedValues((!plan?.feasible && plan?.nearestFeasible) || {}, keys);
  return (
    <Section title="What would change">
      <div className={page.card}>
        {error ? (
          <ErrorState error={error} what={failed} onRetry={onRetry} compact />
        ) : !plan ? (
          <Skeleton height={48} />
        ) : plan.feasible ? (
          <div className={styles.question}>
            <p role="status" className="seen-by-readers-only">
              {plan.changes.map(changeText).join(', ') || 'Nothing changes.'}
            </p>
            <ChangeList label="What would change" changes={plan.changes} />
            <Restarts restarts={plan.restarts} />
            <Reasons reasons={plan.reasons} subjects={new Set(plan.changes.map(({ subject }) => subject))} />
          </div>
        ) : (
          <div className={styles.question}>
            <Notice tone="bad">
              <strong>There is no plan.</strong> {plan.message}
            </Notice>
            {Object.keys(fitting).length > 0 && (
              <p>
                <Button onPress={() => onUse(fitting)}>Use what fits</Button>
              </p>
            )}
          </div>
        )}
      </div>
    </Section>
  );
}

/** Sentences of those that change. */
function Reasons({ reasons, subjects }: { reasons: Record<string, string[]>; subjects: ReadonlySet<string> }) {
  const told = Object.entries(reasons).filter(([subject, lines]) => subjects.has(subject) && lines.length > 0);
  return told.map(([subject, lines]) => (
    <p key={subject} className={styles.faint}>
      {subject}: {lines.join(' ')}
    </p>
  ));
}
