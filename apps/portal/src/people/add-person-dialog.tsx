import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Copy, RefreshCw } from 'lucide-react';
import { useState } from 'react';
import { api, ask } from '../api/client.ts';
import { FormProblem } from '../session/form-problem.tsx';
import { leastPasswordLength, PasswordHelp } from '../session/password-help.tsx';
import { Button } from '../ui/button.tsx';
import { copyText } from '../ui/copy-text.ts';
import { Dialog, DialogActions } from '../ui/dialog.tsx';
import { TextField } from '../ui/field.tsx';
import { makeFirstPassword } from './first-password.ts';
import styles from './people.module.css';
import { RoleChoice } from './role-choice.tsx';
import type { Account, Role } from './role-words.ts';

/** Adds a person; afterwards shows once what to hand over. */
export function AddPersonDialog({ onClose }: { onClose: () => void }) {
  const [added, setAdded] = useState<{ account: Account; password: string }>();
  if (added)
    return (
      <Dialog title={`${added.account.displayName} can sign in`} open onClose={onClose}>
        <HandOver {...added} onClose={onClose} />
      </Dialog>
    );
  return (
    <Dialog title="Add a person" open onClose={onClose} width={480}>
      <AddForm onClose={onClose} onAdded={(account, password) => setAdded({ account, password })} />
    </Dialog>
  );
}

function AddForm({ onClose, onAdded }: { onClose: () => void; onAdded: (account: Account, password: string) => void }) {
  const queries = useQueryClient();
  const [displayName, setName] = useState('');
  const [email, setEmail] = useState('');
  const [role, setRole] = useState<Role>('viewer');
  const [password, setPassword] = useState(() => makeFirstPassword());
  // One key for as long as the form says the same: sending again after a lost answer adds nobody twice.
  const [sent] = useState(() => new Map<string, string>());
  const add = useMutation({
    meta: { quiet: true },
    mutationFn: () => {
      const body = { email: email.trim(), displayName: displayName.trim(), role, password };
      const text = JSON.stringify(body);
      const key = sent.get(text) ?? makeFirstPassword();
      sent.set(text, key);
      return ask(api.POST('/api/v1/accounts', { params: { header: { 'Idempotency-Key': key } }, body }));
    },
    onSuccess: (account) => {
      void queries.invalidateQueries({ queryKey: ['accounts'] });
      onAdded(account, password);
    },
  });
  return (
    <form
      className={styles.form}
      autoComplete="off"
      onSubmit={(event) => {
        event.preventDefault();
        if (!add.isPending) add.mutate();
      }}
    >
      <TextField label="Name" required maxLength={200} autoFocus value={displayName} onChange={setName} />
      <TextField
        label="E-mail"
        type="email"
        required
        maxLength={254}
        value={email}
        onChange={setEmail}
        help="They sign in with it. Nothing is sent to it."
      />
      <RoleChoice value={role} onChange={setRole} />
      <div className={styles.password}>
        <TextField
          label="First password"
          className={styles.code}
          required
          spellCheck={false}
          autoComplete="off"
          minLength={leastPasswordLength}
          maxLength={128}
          value={password}
          onChange={setPassword}
          help={<PasswordHelp password={password} />}
        />
        <Button icon={RefreshCw} onPress={() => setPassword(makeFirstPassword())}>
          Make another
        </Button>
      </div>
      <FormProblem error={add.error} />
      <DialogActions>
        <Button onPress={onClose}>Cancel</Button>
        <Button kind="primary" type="submit" busy={add.isPending}>
          Add the person
        </Button>
      </DialogActions>
    </form>
  );
}

function HandOver({ account, password, onClose }: { account: Account; password: string; onClose: () => void }) {
  const text = `${location.origin}\n${account.email}\n${password}`;
  return (
    <div className={styles.form}>
      <p>
        Hand this over in person or by a way you trust. The password is not shown again; they can change it under their
        initials.
      </p>
      <pre className={styles.handOver}>{text}</pre>
      <DialogActions>
        <Button icon={Copy} onPress={() => copyText(text, 'Copied')}>
          Copy
        </Button>
        <Button kind="primary" onPress={onClose}>
          Done
        </Button>
      </DialogActions>
    </div>
  );
}
