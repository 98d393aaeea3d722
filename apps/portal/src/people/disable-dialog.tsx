import { FormProblem } from '../session/form-problem.tsx';
import { Button } from '../ui/button.tsx';
import { Dialog, DialogActions } from '../ui/dialog.tsx';
import styles from './people.module.css';
import type { Account } from './role-words.ts';
import { useAccountChange } from './use-account-change.ts';

/** Asks before an account is disabled. */
export function DisableDialog({ account, onClose }: { account: Account; onClose: () => void }) {
  const change = useAccountChange(onClose);
  return (
    <Dialog title={`Disable ${account.displayName}?`} open onClose={onClose}>
      <div className={styles.form}>
        <p>
          <strong>{account.email}</strong> is signed out everywhere at once and cannot sign in any more. What they added, tagged
          and collected stays. You can enable the account again at any time.
        </p>
        <FormProblem error={change.error} />
      </div>
      <DialogActions>
        <Button onPress={onClose}>Cancel</Button>
        <Button kind="danger" busy={change.isPending} onPress={() => change.mutate({ account, change: { disabled: true } })}>
          Disable the account
        </Button>
      </DialogActions>
    </Dialog>
  );
}
