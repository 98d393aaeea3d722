import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { useCan } from '../session/session.ts';
import { Page } from '../shell/page.tsx';
import { NoPermission } from '../ui/states.tsx';
import styles from './box-parts.module.css';
import { type BoxPartAddress, boxParts } from './box-parts.ts';

/** One of the pages under Box, with the way to the others. */
export function BoxPart({ part, lead, children }: { part: BoxPartAddress; lead: ReactNode; children: ReactNode }) {
  const may = useCan();
  const { title, permission } = boxParts.find(({ to }) => to === part) ?? boxParts[0];
  return (
    <Page title="Box" part={title} parts={<Parts />} lead={lead}>
      {may(permission) ? children : <NoPermission what="The box is not for your role" needs={permission} />}
    </Page>
  );
}

function Parts() {
  const may = useCan();
  const shown = boxParts.filter(({ permission }) => may(permission));
  if (shown.length < 2) return null;
  return (
    <nav className={styles.parts} aria-label="Box">
      {shown.map(({ to, title }) => (
        <Link key={to} to={to} className={styles.part} activeOptions={{ exact: true, includeSearch: false }}>
          {title}
        </Link>
      ))}
    </nav>
  );
}
