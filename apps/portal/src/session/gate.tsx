import type { ReactNode } from 'react';
import { BrandMark } from '../shell/brand-mark.tsx';
import styles from './gate.module.css';

/** The card before the shell: setting up and signing in. */
export function Gate({ title, lead, children }: { title: string; lead?: ReactNode; children: ReactNode }) {
  return (
    <div className={styles.gate}>
      <main className={styles.column}>
        <div className={styles.brand}>
          <BrandMark size={28} />
          Holdfast
        </div>
        <div className={styles.card}>
          <div>
            <h1 className={styles.title}>{title}</h1>
            {lead && <p className={styles.lead}>{lead}</p>}
          </div>
          {children}
        </div>
      </main>
      <footer className={styles.foot}>Runs on your own hardware. Nothing leaves it unless an administrator says so.</footer>
    </div>
  );
}
