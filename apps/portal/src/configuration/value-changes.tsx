import type { ConfigChange } from '../api/config-queries.ts';
import styles from './configuration.module.css';

/** Values that differ: before and after. */
export function ValueChanges({ changes }: { changes: readonly ConfigChange[] }) {
  return (
    <ul className={styles.values} aria-label="Values that differ">
      {changes.map(({ key, before, after }) => (
        <li key={key}>
          <code>{key}</code>
          <span>
            {inWords(before)} → <strong>{inWords(after)}</strong>
          </span>
        </li>
      ))}
    </ul>
  );
}

function inWords(value: unknown): string {
  if (value === undefined) return 'not said';
  const text = JSON.stringify(value);
  return text.length > 120 ? `${text.slice(0, 120)}…` : text;
}
