import { Trash2 } from 'lucide-react';
import { type FormEvent, type ReactNode, useState } from 'react';
import { formatCount } from '../lib/format.ts';
import { FormProblem } from '../session/form-problem.tsx';
import { Button } from '../ui/button.tsx';
import { Dialog, DialogActions } from '../ui/dialog.tsx';
import { TextField } from '../ui/field.tsx';
import styles from './retention.module.css';
import { confirms } from './retention-words.ts';

/** Asks before assets are deleted for good: whoever says yes types how many. */
export function ConfirmDialog({
  title,
  verb,
  count,
  busy,
  error,
  children,
  onClose,
  onYes,
}: {
  title: string;
  verb: string;
  count: number;
  busy: boolean;
  error: unknown;
  children: ReactNode;
  onClose: () => void;
  onYes: () => void;
}) {
  const [typed, setTyped] = useState('');
  const isConfirmed = confirms(typed, count);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (isConfirmed && !busy) onYes();
  };
  return (
    <Dialog title={title} open onClose={onClose}>
      <form onSubmit={submit} className={styles.form}>
        {children}
        <TextField
          label={`Type ${formatCount(count)}, the number of assets`}
          inputMode="numeric"
          autoComplete="off"
          value={typed}
          onChange={setTyped}
        />
        <FormProblem error={error} />
        <DialogActions>
          <Button onPress={onClose}>Cancel</Button>
          <Button
            type="submit"
            kind="danger"
            icon={Trash2}
            busy={busy}
            disabledBecause={!isConfirmed && `Type ${formatCount(count)} first.`}
          >
            {verb}
          </Button>
        </DialogActions>
      </form>
    </Dialog>
  );
}
