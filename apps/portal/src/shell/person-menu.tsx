import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { KeyRound, LogOut, Monitor, Moon, Sun } from 'lucide-react';
import { lazy, Suspense, useState } from 'react';
import { Button } from 'react-aria-components/Button';
import { api, ask } from '../api/client.ts';
import { setPreferences, usePreferences } from '../lib/preferences.ts';
import { roleWords } from '../lib/words.ts';
import { useSession } from '../session/session.ts';
import { endSession } from '../session/watch-session.ts';
import { Menu, MenuItem, MenuSeparator } from '../ui/menu.tsx';
import styles from './shell.module.css';

const PasswordDialog = lazy(() => import('../session/password-dialog.tsx'));

const themes = [
  { id: 'system', title: 'Theme of the system', icon: Monitor },
  { id: 'light', title: 'Light theme', icon: Sun },
  { id: 'dark', title: 'Dark theme', icon: Moon },
] as const;

/** First letters of a name, two at most. */
export function initials(name: string): string {
  const words = name.trim().split(/\s+/);
  const letters = [words[0], words.length > 1 ? words.at(-1) : undefined].map((word) => [...(word ?? '')][0] ?? '');
  return letters.join('').toUpperCase();
}

/** Who is signed in, how it should look, and the way out. */
export function PersonMenu() {
  const { account, role, organisation } = useSession();
  const { theme } = usePreferences();
  const [changing, setChanging] = useState(false);
  const queries = useQueryClient();
  const navigate = useNavigate();
  const signOut = useMutation({
    mutationFn: () => ask(api.DELETE('/api/v1/session')),
    onSuccess: async () => {
      await navigate({ to: '/sign-in' });
      endSession(queries);
    },
  });
  return (
    <>
      <Menu
        label="Person"
        trigger={
          <Button className={styles.personButton ?? ''} aria-label={`Person: ${account.displayName}`}>
            <span className={styles.avatar} data-initials={initials(account.displayName)} aria-hidden />
          </Button>
        }
        head={
          <>
            <strong>{account.displayName}</strong>
            <div>{account.email}</div>
            <div>
              {roleWords[role] ?? role} · {organisation.name}
            </div>
          </>
        }
      >
        {themes.map(({ id, title, icon }) => (
          <MenuItem key={id} icon={icon} chosen={theme === id} onAction={() => setPreferences({ theme: id })}>
            {title}
          </MenuItem>
        ))}
        <MenuSeparator />
        <MenuItem icon={KeyRound} onAction={() => setChanging(true)}>
          Change password
        </MenuItem>
        <MenuItem icon={LogOut} onAction={() => signOut.mutate()}>
          Sign out
        </MenuItem>
      </Menu>
      {changing && (
        <Suspense>
          <PasswordDialog onClose={() => setChanging(false)} />
        </Suspense>
      )}
    </>
  );
}
