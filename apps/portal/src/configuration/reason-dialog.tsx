import { type FormEvent, type ReactNode, useState } from 'react';
import type { Config } from '../api/config-queries.ts';
import { FormProblem } from '../session/form-problem.tsx';
import { Button } from '../ui/button.tsx';
import { Dialog, DialogActions } from '../ui/dialog.tsx';
import { TextField } from '../ui/field.tsx';
import styles from './configuration.module.css';
import { type ConfigWish, useChangeConfig } from './use-change-config.ts';

/** Shows what a change comes to, and asks why before it is made. */
export function ReasonDialog({
  title,
  action,
  config,
  wish,
  onClose,
  onDone = onClose,
  children,
}: {
  title: string;
  /** What the button says. */
  action: string;
  config: Pick<Config, 'newest' | 'sha256'>;
  wish: ConfigWish;
  onClose: () => void;
  onDone?: () => void;
  children: ReactNode;
}) {
  const [reason, setReason] = useState('');
  const change = useChangeConfig(config, onDone);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (reason.trim() !== '') change.mutate({ wish, reason: reason.trim() });
  };
  return (
    <Dialog title={title} open onClose={onClose} width={680}>
      <form className={styles.question} onSubmit={submit}>
        {children}
        <TextField
          label="Reason"
          help="Kept with the generation, for whoever wonders later."
          value={reason}
          maxLength={500}
          onChange={setReason}
          required
          autoFocus
        />
        <FormProblem error={change.error} />
        <DialogActions>
          <Button onPress={onClose}>Cancel</Button>
          <Button
            kind="primary"
            type="submit"
            busy={change.isPending}
            disabledBecause={reason.trim() === '' && 'Say why: the reason is kept with the generation.'}
          >
            {action}
          </Button>
        </DialogActions>
      </form>
    </Dialog>
  );
}
