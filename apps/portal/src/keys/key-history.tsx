import { useQuery } from '@tanstack/react-query';
import { keyHistoryQuery } from '../api/keys-queries.ts';
import { formatMoment } from '../lib/format.ts';
import page from '../shell/page.module.css';
import { Dot } from '../ui/marks.tsx';
import { eventWords } from './key-words.ts';
import styles from './keys.module.css';

/** What happened last to the keys of the appliance, the newest first; nothing where nothing is known. */
export function KeyHistory() {
  const { data } = useQuery(keyHistoryQuery);
  if (!data || data.items.length === 0) return null;
  return (
    <details className={page.card}>
      <summary>What happened last</summary>
      <ul className={styles.history} aria-label="What happened last to the keys">
        {data.items.map(({ id, at, action, by, reason }) => {
          const { words, tone } = eventWords(action);
          return (
            <li key={id}>
              <Dot tone={tone} />
              <time dateTime={at} className={page.soft}>
                {formatMoment(at)}
              </time>
              <span>
                {words} <span className={page.soft}>{reason ?? by}</span>
              </span>
            </li>
          );
        })}
      </ul>
    </details>
  );
}
