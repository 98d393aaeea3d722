import { useQuery } from '@tanstack/react-query';
import { Link, useRouterState } from '@tanstack/react-router';
import { KeyRound } from 'lucide-react';
import { systemQuery } from '../api/queries.ts';
import { useCan } from '../session/session.ts';
import { keyNotice } from './key-state.ts';
import styles from './shell.module.css';

const calmMs = 30_000;
const watchfulMs = 5000;

/** For administrators on every page: the keys are not ready, why, and what still works. */
export function KeysBanner() {
  const may = useCan();
  const isShown = useRouterState({ select: (state) => state.location.pathname === '/system' });
  const { data } = useQuery({
    ...systemQuery,
    enabled: may('keys.read') && may('system.read'),
    refetchInterval: ({ state }) => (state.data && keyNotice(state.data.keys) ? watchfulMs : calmMs),
  });
  const notice = data && keyNotice(data.keys);
  if (!notice) return null;
  return (
    <div className={styles.keys} data-tone={notice.tone} role="status">
      <KeyRound size={15} aria-hidden />
      <p>
        <strong>{notice.state}.</strong> {notice.means} {data.keys.reason} {!isShown && <Link to="/system">See System</Link>}
      </p>
    </div>
  );
}
