import { MoveRight, RotateCw } from 'lucide-react';
import type { CSSProperties } from 'react';
import type { PlannedChange } from '../api/reconcile-types.ts';
import { workloadColour } from '../lib/workload-colours.ts';
import { Badge } from '../ui/marks.tsx';
import { valueText, whatText } from './change-words.ts';
import styles from './changes.module.css';

/** What becomes other, one line each. */
export function ChangeList({ label, changes }: { label: string; changes: readonly PlannedChange[] }) {
  if (changes.length === 0) return <p className={styles.faint}>Nothing changes.</p>;
  return (
    <ul className={styles.changes} aria-label={label}>
      {changes.map(({ subject, what, from, to, restartNeeded }) => (
        <li key={`${subject} ${what}`}>
          <span className={styles.swatch} style={{ '--colour': workloadColour(subject) } as CSSProperties} aria-hidden />
          <span className={styles.subject}>
            <strong>{subject}</strong> {whatText(what)}
          </span>
          <span className={styles.values}>
            <span className={styles.before}>{valueText(what, from)}</span>
            <MoveRight size={14} aria-label="becomes" />
            <span>{valueText(what, to)}</span>
          </span>
          {restartNeeded && <Badge tone="warn">restart needed</Badge>}
        </li>
      ))}
    </ul>
  );
}

/** Services that take a change only when they start again; nobody restarts them unasked. */
export function Restarts({ restarts }: { restarts: readonly string[] }) {
  if (restarts.length === 0) return null;
  return (
    <p className={styles.restarts}>
      <RotateCw size={14} aria-hidden />
      <span>
        Takes effect for <strong>{restarts.join(', ')}</strong> only when {restarts.length === 1 ? 'it starts' : 'they start'}{' '}
        again. Nothing is restarted by this change.
      </span>
    </p>
  );
}
