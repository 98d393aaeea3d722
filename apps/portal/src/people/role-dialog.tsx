import { useState } from 'react';
import { FormProblem } from '../session/form-problem.tsx';
import { Button } from '../ui/button.tsx';
import { Dialog, DialogActions } from '../ui/dialog.tsx';
import { Notice } from '../ui/states.tsx';
import { lastAdministrator } from './account-rules.ts';
import styles from './people.module.css';
import { RoleChoice } from './role-choice.tsx';
import type { Account } from './role-words.ts';
import { useAccountChange } from './use-account-change.ts';

/** Gives a person another role. */
export function RoleDialog({
  account,
  accounts,
  own,
  onClose,
}: {
  account: Account;
  accounts: readonly Account[];
  own: boolean;
  onClose: () => void;
}) {
  const [role, setRole] = useState(account.role);
  const change = useAccountChange(onClose);
  const isLast = lastAdministrator(account, accounts);
  return (
    <Dialog title={`Role of ${account.displayName}`} open onClose={onClose}>
      <form
        className={styles.form}
        onSubmit={(event) => {
          event.preventDefault();
          if (!change.isPending) change.mutate({ account, change: { role } });
        }}
      >
        <RoleChoice value={role} onChange={setRole} refused={(other) => other !== 'admin' && Boolean(isLast)} />
        <Notice tone={own || isLast ? 'warn' : 'info'}>
          {isLast ||
            (own
              ? 'This is your own account: you have the new role at once.'
              : `${account.displayName} stays signed in, and has the new role within seconds.`)}
        </Notice>
        <FormProblem error={change.error} />
        <DialogActions>
          <Button onPress={onClose}>Cancel</Button>
          <Button
            kind="primary"
            type="submit"
            busy={change.isPending}
            disabledBecause={role === account.role && (isLast || 'This is the role already.')}
          >
            Change the role
          </Button>
        </DialogActions>
      </form>
    </Dialog>
  );
}
