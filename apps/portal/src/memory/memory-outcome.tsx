import type { DomainPlan } from '../api/reconcile-types.ts';
import { ChangeList, Restarts } from '../changes/change-list.tsx';
import { changeText } from '../changes/change-words.ts';
import page from '../shell/page.module.css';
import { Section } from '../shell/page.tsx';
import { Button } from '../ui/button.tsx';
import { ErrorState, Notice, Skeleton } from '../ui/states.tsx';
import styles from './memory.module.css';
import { readTriedLimits, type TriedLimits, writeTriedLimits } from './memory-address.ts';

/** What other limits would change, or why they cannot be had and what would fit. */
export function MemoryOutcome({
  plan,
  error,
  onRetry,
  onUse,
}: {
  plan: DomainPlan | undefined;
  error: unknown;
  onRetry: () => void;
  onUse: (limits: TriedLimits) => void;
}) {
  return (
    <Section title="What would change">
      <div className={page.card}>
        {error ? (
          <ErrorState error={error} what="These limits could not be tried" onRetry={onRetry} compact />
        ) : !plan ? (
          <Skeleton height={48} />
        ) : plan.feasible ? (
          <div className={styles.outcome}>
            <p role="status" className="seen-by-readers-only">
              {plan.changes.map(changeText).join(', ') || 'Nothing changes.'}
            </p>
            <ChangeList label="What would change" changes={plan.changes} />
            <Restarts restarts={plan.restarts} />
          </div>
        ) : (
          <Short plan={plan} onUse={onUse} />
        )}
      </div>
    </Section>
  );
}

function Short({
  plan: { message, nearestFeasible },
  onUse,
}: {
  plan: Extract<DomainPlan, { feasible: false }>;
  onUse: (limits: TriedLimits) => void;
}) {
  const fitting = readTriedLimits(writeTriedLimits(nearestFeasible ?? {}));
  return (
    <div className={styles.outcome}>
      <Notice tone="bad">
        <strong>There is no plan.</strong> {message}
      </Notice>
      {Object.keys(fitting).length > 0 && (
        <p className={styles.fits}>
          <Button onPress={() => onUse(fitting)}>Use what fits</Button>
        </p>
      )}
    </div>
  );
}
