import type { ReactNode } from 'react';
import { useTitle } from '../lib/use-title.ts';
import styles from './page.module.css';

/** A page that scrolls as a whole: its name, its actions, its content. */
export function Page({
  title,
  part,
  parts,
  lead,
  actions,
  children,
}: {
  title: string;
  /** Which of several pages under one title this is. */
  part?: string;
  /** The way to the other ones. */
  parts?: ReactNode;
  lead?: ReactNode;
  actions?: ReactNode;
  children: ReactNode;
}) {
  const name = part === undefined ? title : `${part} · ${title}`;
  useTitle(name);
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard (WCAG 2.1.1)
    <section className={styles.scroll} aria-label={name} tabIndex={0}>
      <div className={styles.page}>
        <header className={styles.head}>
          <h1 className={styles.title}>
            {title}
            {part !== undefined && <span className="seen-by-readers-only">: {part}</span>}
          </h1>
          {actions && <div className={styles.actions}>{actions}</div>}
          {parts && <div className={styles.parts}>{parts}</div>}
          {lead && <p className={styles.lead}>{lead}</p>}
        </header>
        {children}
      </div>
    </section>
  );
}

/** A named part of a page. */
export function Section({ title, aside, children }: { title: string; aside?: ReactNode; children: ReactNode }) {
  return (
    <section className={styles.section} aria-label={title}>
      <h2 className={styles.sectionTitle}>
        {title}
        {aside}
      </h2>
      {children}
    </section>
  );
}
