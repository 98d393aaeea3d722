import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { RotateCw } from 'lucide-react';
import { useState } from 'react';
import { api, ask } from '../api/client.ts';
import { planQuery } from '../api/storage-queries.ts';
import type { MovePlan } from '../api/types.ts';
import { freshKey } from '../collections/fresh-key.ts';
import { formatBytes, formatCounted } from '../lib/format.ts';
import { Reading } from '../reading/reading.tsx';
import { FormProblem } from '../session/form-problem.tsx';
import { Button } from '../ui/button.tsx';
import { Dialog, DialogActions } from '../ui/dialog.tsx';
import { Skeleton } from '../ui/states.tsx';
import { toast } from '../ui/toast-queue.ts';
import styles from './plan.module.css';
import { PlanGroups } from './plan-groups.tsx';

/** Carries out the plan that is named by its digest, or nothing. */
function useRun(onStarted: () => void) {
  const queries = useQueryClient();
  const [key] = useState(freshKey);
  return useMutation({
    mutationFn: (digest: string) =>
      // The key goes with the plan: asking twice for one plan is one run, and another plan is another request.
      ask(
        api.POST('/api/v1/storage/run', {
          params: { header: { 'Idempotency-Key': `${key}-${digest.slice(-16)}` } },
          body: { digest },
        }),
      ),
    meta: { quiet: true },
    onSuccess: ({ plannedMoves }) => {
      toast({
        tone: 'info',
        title: `${formatCounted(plannedMoves, 'move')} begun`,
        detail: 'It goes on when you leave the page.',
      });
      onStarted();
    },
    onSettled: () => queries.invalidateQueries({ queryKey: ['storage'] }),
  });
}

/** Asks before a plan is run: it is made anew, and named by its digest, how many moves and how many bytes. */
export function RunDialog({ onClose }: { onClose: () => void }) {
  const query = useQuery({ ...planQuery('now'), staleTime: 0, refetchOnWindowFocus: false });
  const run = useRun(onClose);
  const plan = query.isFetching ? undefined : query.data;
  const lookAgain = () => {
    run.reset();
    void query.refetch();
  };
  return (
    <Dialog title="Move now?" open onClose={onClose} width={600}>
      <Reading
        query={query.isFetching ? { ...query, data: undefined } : query}
        what="the plan"
        failed="The plan could not be made"
        skeleton={<Skeleton height={200} />}
        compact
      >
        {(shown) => <Question plan={shown} error={run.error} />}
      </Reading>
      <DialogActions>
        <Button onPress={onClose}>Cancel</Button>
        {run.error ? (
          <Button icon={RotateCw} onPress={lookAgain}>
            Look at the plan again
          </Button>
        ) : (
          <Button
            kind="primary"
            busy={run.isPending || query.isFetching}
            disabledBecause={plan?.totalMoves === 0 ? 'Nothing would move now.' : !plan && 'The plan is being made.'}
            onPress={() => plan && run.mutate(plan.digest)}
          >
            {plan ? `Move ${formatCounted(plan.totalMoves, 'object')}` : 'Move'}
          </Button>
        )}
      </DialogActions>
    </Dialog>
  );
}

function Question({ plan, error }: { plan: MovePlan; error: unknown }) {
  return (
    <div className={styles.question}>
      <p>
        <strong>{formatCounted(plan.totalMoves, 'object')}</strong>, <strong>{formatBytes(plan.totalBytes)}</strong>. Each is
        copied, read back and compared before the old copy goes; those who read it meanwhile notice nothing. A move is undone by
        another: pin what should come back.
      </p>
      {plan.groups.length > 0 && <PlanGroups groups={plan.groups} />}
      <p>
        Exactly this plan is run, or nothing if it would be another by now:
        <code className={styles.digest}>{plan.digest}</code>
      </p>
      <FormProblem error={error} />
    </div>
  );
}
