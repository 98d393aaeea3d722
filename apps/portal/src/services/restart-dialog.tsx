import { useMutation, useQueryClient } from '@tanstack/react-query';
import { api, ask } from '../api/client.ts';
import type { Service } from '../api/services-queries.ts';
import { FormProblem } from '../session/form-problem.tsx';
import { Button } from '../ui/button.tsx';
import { Dialog, DialogActions } from '../ui/dialog.tsx';
import { toast } from '../ui/toast-queue.ts';
import styles from './services.module.css';

/** Asks before a service is restarted, and says what that interrupts. */
export function RestartDialog({ service: { id, title, interruption }, onClose }: { service: Service; onClose: () => void }) {
  const queries = useQueryClient();
  const restart = useMutation({
    mutationFn: () => ask(api.POST('/api/v1/services/{id}/restart', { params: { path: { id } } })),
    meta: { quiet: true },
    onSuccess: () => {
      toast({ tone: 'info', title: `${title} is being restarted` });
      onClose();
    },
    onSettled: () => queries.invalidateQueries({ queryKey: ['services'] }),
  });
  return (
    <Dialog title={`Restart ${title}?`} open onClose={onClose}>
      <div className={styles.question}>
        <p>{interruption}</p>
        <FormProblem error={restart.error} />
      </div>
      <DialogActions>
        <Button onPress={onClose}>Cancel</Button>
        <Button kind="danger" busy={restart.isPending} onPress={() => restart.mutate()}>
          Restart {title}
        </Button>
      </DialogActions>
    </Dialog>
  );
}
