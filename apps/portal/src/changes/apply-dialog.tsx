import { useQuery } from '@tanstack/react-query';
import { RotateCw } from 'lucide-react';
import { useState } from 'react';
import { asProblem } from '../api/problem.ts';
import { domainPlanQuery } from '../api/reconcile-queries.ts';
import type { DomainPlan } from '../api/reconcile-types.ts';
import { Reading } from '../reading/reading.tsx';
import { FormProblem } from '../session/form-problem.tsx';
import { Button } from '../ui/button.tsx';
import { Dialog, DialogActions } from '../ui/dialog.tsx';
import { TextField } from '../ui/field.tsx';
import { Notice, Skeleton } from '../ui/states.tsx';
import { ChangeList, Restarts } from './change-list.tsx';
import styles from './changes.module.css';
import { useApply } from './use-changes.ts';
import { type Wait, WaitField } from './wait-field.tsx';

/** Shows what would change on the machine and asks whether to apply exactly that. Nothing is kept by applying: somebody must say so afterwards. */
export function ApplyDialog({
  domain,
  title,
  values,
  onClose,
}: {
  domain: string;
  title: string;
  /** Values that are to be others than declared; with none, what is declared is applied anew. */
  values: Record<string, number>;
  onClose: () => void;
}) {
  const [wait, setWait] = useState<Wait>('60');
  const [reason, setReason] = useState('');
  const query = useQuery({ ...domainPlanQuery(domain, values), staleTime: 0, refetchOnWindowFocus: false });
  const apply = useApply(domain, onClose);
  const plan = query.data;
  const isStale = asProblem(apply.error).status === 409;
  const planAgain = () => {
    apply.reset();
    void query.refetch();
  };
  const begin = () => {
    if (!plan?.feasible) return;
    const { planId, baseGeneration } = plan;
    const why = reason.trim();
    apply.mutate({ planId, baseGeneration, values, confirmSeconds: Number(wait), ...(why ? { reason: why } : {}) });
  };
  return (
    <Dialog title={title} open onClose={onClose} width={560}>
      <Reading query={query} what="the plan" failed="No plan could be made" skeleton={<Skeleton height={160} />} compact>
        {(found) => <Question plan={found} />}
      </Reading>
      {plan?.feasible && !apply.error && (
        <div className={styles.settings}>
          <WaitField wait={wait} onWait={setWait} />
          <TextField label="Reason" optional maxLength={200} value={reason} onChange={setReason} help="Kept with the change." />
        </div>
      )}
      {apply.error && (
        <div className={styles.problem}>
          <FormProblem error={apply.error} />
          {isStale && <p className={styles.faint}>Nothing was changed by this attempt.</p>}
        </div>
      )}
      <DialogActions>
        <Button onPress={onClose}>Cancel</Button>
        {apply.error ? (
          <Button icon={RotateCw} onPress={planAgain}>
            Plan again
          </Button>
        ) : (
          <Button
            kind="primary"
            busy={apply.isPending || query.isFetching}
            disabledBecause={!plan ? 'The plan is being made.' : !plan.feasible && 'There is no plan.'}
            onPress={begin}
          >
            Apply
          </Button>
        )}
      </DialogActions>
    </Dialog>
  );
}

function Question({ plan }: { plan: DomainPlan }) {
  if (!plan.feasible)
    return (
      <Notice tone="bad">
        <strong>There is no plan.</strong> {plan.message}
      </Notice>
    );
  return (
    <div className={styles.question}>
      <ChangeList label="What changes" changes={plan.changes} />
      {plan.changes.length === 0 && <p className={styles.faint}>The files of the plan are written anew and read back.</p>}
      <Restarts restarts={plan.restarts} />
      <Reasons reasons={plan.reasons} />
      <p className={styles.plan}>
        Exactly this plan is applied, or nothing: <code>{plan.planId.slice(0, 16)}</code>
        {plan.baseGeneration > 0 && `, on generation ${plan.baseGeneration}`}
      </p>
    </div>
  );
}

function Reasons({ reasons }: { reasons: Record<string, string[]> }) {
  const told = Object.entries(reasons).filter(([, lines]) => lines.length > 0);
  if (told.length === 0) return null;
  return (
    <details className={styles.why}>
      <summary>Why</summary>
      <dl>
        {told.map(([subject, lines]) => (
          <div key={subject}>
            <dt>{subject}</dt>
            {lines.map((line) => (
              <dd key={line}>{line}</dd>
            ))}
          </div>
        ))}
      </dl>
    </details>
  );
}
