import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { diffQuery } from '../api/reconcile-queries.ts';
import type { PastChange } from '../api/reconcile-types.ts';
import { ChangeList } from '../changes/change-list.tsx';
import styles from '../changes/changes.module.css';
import { useGoBack } from '../changes/use-changes.ts';
import { type Wait, WaitField } from '../changes/wait-field.tsx';
import { formatMoment } from '../lib/format.ts';
import { Reading } from '../reading/reading.tsx';
import { FormProblem } from '../session/form-problem.tsx';
import { Button } from '../ui/button.tsx';
import { Dialog, DialogActions } from '../ui/dialog.tsx';
import { Skeleton } from '../ui/states.tsx';

/** Shows what going back to a generation would change, and asks. It is a change like any other: it waits to be kept. */
export function GoBackDialog({
  domain,
  title,
  from,
  to,
  change,
  onClose,
}: {
  domain: string;
  title: string;
  from: number;
  to: number;
  change: PastChange;
  onClose: () => void;
}) {
  const query = useQuery(diffQuery(domain, to, from));
  const [wait, setWait] = useState<Wait>('60');
  const goBack = useGoBack(domain, onClose);
  return (
    <Dialog title={`Go back to generation ${to} of ${title}`} open onClose={onClose} width={560}>
      <Reading
        query={query}
        what="the changes"
        failed="They could not be compared"
        skeleton={<Skeleton height={120} />}
        compact
      >
        {({ changes }) => (
          <div className={styles.question}>
            <ChangeList label="What changes" changes={changes} />
            <p className={styles.faint}>
              As {change.by} left it on {formatMoment(change.at)}. It becomes a new generation, which waits to be kept.
            </p>
            <WaitField wait={wait} onWait={setWait} />
            <FormProblem error={goBack.error} />
          </div>
        )}
      </Reading>
      <DialogActions>
        <Button onPress={onClose}>Cancel</Button>
        <Button
          kind="primary"
          busy={goBack.isPending}
          disabledBecause={!query.data && 'The comparison is being read.'}
          onPress={() => goBack.mutate({ generation: to, seconds: Number(wait) })}
        >
          Go back
        </Button>
      </DialogActions>
    </Dialog>
  );
}
