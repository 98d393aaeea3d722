import { useMutation, useQueryClient } from '@tanstack/react-query';
import { getRouteApi, useRouter } from '@tanstack/react-router';
import { useState } from 'react';
import { api, ask } from '../api/client.ts';
import { safeReturn } from '../lib/address-text.ts';
import { useTitle } from '../lib/use-title.ts';
import { Button } from '../ui/button.tsx';
import { PasswordField, TextField } from '../ui/field.tsx';
import { FormProblem } from './form-problem.tsx';
import styles from './gate.module.css';
import { Gate } from './gate.tsx';
import { beginSession } from './watch-session.ts';

const route = getRouteApi('/sign-in');

/** E-mail and password; afterwards back to where the person wanted to go. */
export function SignInPage() {
  useTitle('Sign in');
  const { next } = route.useSearch();
  const router = useRouter();
  const queries = useQueryClient();
  const [email, setEmail] = useState('');
  const [password, setPassword] = useState('');
  const signIn = useMutation({
    meta: { quiet: true },
    mutationFn: () => ask(api.POST('/api/v1/session', { body: { email: email.trim(), password } })),
    onSuccess: (session) => {
      beginSession(queries, session);
      router.history.push(safeReturn(next));
    },
  });
  return (
    <Gate title="Sign in" lead={next ? 'Afterwards you are back where you wanted to go.' : undefined}>
      <form
        className={styles.form}
        onSubmit={(event) => {
          event.preventDefault();
          if (!signIn.isPending) signIn.mutate();
        }}
      >
        <TextField
          label="E-mail"
          type="email"
          name="email"
          autoComplete="username"
          inputMode="email"
          required
          autoFocus
          value={email}
          onChange={setEmail}
        />
        <PasswordField
          label="Password"
          name="password"
          autoComplete="current-password"
          required
          value={password}
          onChange={setPassword}
        />
        <FormProblem error={signIn.error} />
        <Button kind="primary" type="submit" wide busy={signIn.isPending}>
          Sign in
        </Button>
      </form>
    </Gate>
  );
}
