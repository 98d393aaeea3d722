import { FormProblem } from '../session/form-problem.tsx';
import { Button } from '../ui/button.tsx';
import { Dialog, DialogActions } from '../ui/dialog.tsx';
import styles from './keys.module.css';
import { useRotate } from './use-rotate.ts';

/** What is to be rotated: a key by its id, or the provider's keys. */
export interface RotationWish {
  id: string | undefined;
  name: string;
}

/** Asks before a key is rotated, and says what that does and what it does not. */
export function RotateDialog({ wish, onClose }: { wish: RotationWish; onClose: () => void }) {
  const rotate = useRotate(onClose);
  return (
    <Dialog title={`Rotate ${wish.name}?`} open onClose={onClose}>
      <div className={styles.question}>
        <p>
          A new version locks whatever comes from now on, and what the old one locks is locked anew in the background. No file
          is read or written, and nobody notices. Old versions go by themselves once nothing needs them.
        </p>
        <FormProblem error={rotate.error} />
      </div>
      <DialogActions>
        <Button onPress={onClose}>Cancel</Button>
        <Button kind="primary" busy={rotate.isPending} onPress={() => rotate.mutate(wish.id)}>
          Rotate
        </Button>
      </DialogActions>
    </Dialog>
  );
}
