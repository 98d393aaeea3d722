import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Link, useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { api, ask } from '../api/client.ts';
import { setupStateQuery } from '../api/queries.ts';
import { useTitle } from '../lib/use-title.ts';
import { Button, buttonClass } from '../ui/button.tsx';
import { PasswordField, TextField } from '../ui/field.tsx';
import { ErrorState, Loading, Notice, Skeleton } from '../ui/states.tsx';
import { FormProblem } from './form-problem.tsx';
import styles from './gate.module.css';
import { Gate } from './gate.tsx';
import { leastPasswordLength, PasswordHelp } from './password-help.tsx';
import { beginSession } from './watch-session.ts';

/** The secret of the one-time link, after the # so that it never reaches a log. */
export function tokenOf(hash: string): string {
  return new URLSearchParams(hash.replace(/^#/, '')).get('token') ?? '';
}

/** First run: names the organisation and makes its first administrator. */
export function SetupPage() {
  useTitle('Set up');
  const state = useQuery(setupStateQuery);
  const [token] = useState(() => tokenOf(location.hash));
  if (state.isPending)
    return (
      <Gate title="Set up">
        <Loading what="the state of the appliance">
          <Skeleton height={120} />
        </Loading>
      </Gate>
    );
  if (state.isError)
    return (
      <Gate title="Set up">
        <ErrorState compact error={state.error} what="The appliance could not be asked" onRetry={() => void state.refetch()} />
      </Gate>
    );
  if (!state.data.needed)
    return (
      <Gate title="This appliance is set up already" lead="Its administrator can make an account for you.">
        <Link to="/sign-in" className={buttonClass({ kind: 'primary', wide: true })}>
          Go to sign-in
        </Link>
      </Gate>
    );
  if (!token)
    return (
      <Gate title="Open the setup link" lead="This appliance waits for its first administrator.">
        <Notice>
          <code>./holdfast up</code> printed a one-time link that ends in <code>#token=…</code>. Open exactly that link. To
          print a new one, run <code>./holdfast up</code> again on the machine.
        </Notice>
      </Gate>
    );
  return <SetupForm token={token} />;
}

function SetupForm({ token }: { token: string }) {
  const navigate = useNavigate();
  const queries = useQueryClient();
  const [organisationName, setOrganisation] = useState('');
  const [displayName, setName] = useState('');
  const [email, setEmail] = useState('');
  const [password, setPassword] = useState('');
  const setUp = useMutation({
    meta: { quiet: true },
    mutationFn: () =>
      ask(api.POST('/api/v1/setup', { body: { token, organisationName, displayName, email: email.trim(), password } })),
    onSuccess: (session) => {
      beginSession(queries, session);
      void navigate({ to: '/', replace: true });
    },
  });
  return (
    <Gate title="Welcome" lead="Two names and a password, and your library is ready. You become its first administrator.">
      <form
        className={styles.form}
        onSubmit={(event) => {
          event.preventDefault();
          if (!setUp.isPending) setUp.mutate();
        }}
      >
        <TextField
          label="Organisation"
          name="organisation"
          autoComplete="organization"
          required
          maxLength={200}
          autoFocus
          value={organisationName}
          onChange={setOrganisation}
        />
        <TextField
          label="Your name"
          name="name"
          autoComplete="name"
          required
          maxLength={200}
          value={displayName}
          onChange={setName}
        />
        <TextField
          label="Your e-mail"
          type="email"
          name="email"
          autoComplete="username"
          required
          maxLength={254}
          value={email}
          onChange={setEmail}
        />
        <PasswordField
          label="Password"
          name="password"
          autoComplete="new-password"
          required
          minLength={leastPasswordLength}
          maxLength={128}
          value={password}
          onChange={setPassword}
          help={<PasswordHelp password={password} />}
        />
        <FormProblem error={setUp.error} />
        <Button kind="primary" type="submit" wide busy={setUp.isPending}>
          Set up the appliance
        </Button>
      </form>
    </Gate>
  );
}
