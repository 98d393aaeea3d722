import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { api, ask } from '../api/client.ts';
import { Button } from '../ui/button.tsx';
import { Dialog, DialogActions } from '../ui/dialog.tsx';
import { PasswordField } from '../ui/field.tsx';
import { toast } from '../ui/toast-queue.ts';
import { FormProblem } from './form-problem.tsx';
import styles from './gate.module.css';
import { leastPasswordLength, PasswordHelp } from './password-help.tsx';

/** Changes the own password; every other session of the account ends. */
export default function PasswordDialog({ onClose }: { onClose: () => void }) {
  const [currentPassword, setCurrent] = useState('');
  const [newPassword, setNew] = useState('');
  const change = useMutation({
    meta: { quiet: true },
    mutationFn: () => ask(api.PUT('/api/v1/session/password', { body: { currentPassword, newPassword } })),
    onSuccess: () => {
      toast({ tone: 'good', title: 'Password changed', detail: 'Every other session of yours has ended.' });
      onClose();
    },
  });
  return (
    <Dialog title="Change password" open onClose={onClose}>
      <form
        className={styles.form}
        onSubmit={(event) => {
          event.preventDefault();
          if (!change.isPending) change.mutate();
        }}
      >
        <PasswordField
          label="Current password"
          autoComplete="current-password"
          required
          value={currentPassword}
          onChange={setCurrent}
        />
        <PasswordField
          label="New password"
          autoComplete="new-password"
          required
          minLength={leastPasswordLength}
          maxLength={128}
          value={newPassword}
          onChange={setNew}
          help={<PasswordHelp password={newPassword} />}
        />
        <FormProblem error={change.error} />
        <DialogActions>
          <Button onPress={onClose}>Cancel</Button>
          <Button kind="primary" type="submit" busy={change.isPending}>
            Change password
          </Button>
        </DialogActions>
      </form>
    </Dialog>
  );
}
