import type { Tier } from '../api/types.ts';
import { Dot } from '../ui/marks.tsx';
import styles from './storage.module.css';
import { healthWords } from './storage-words.ts';

/** How the disks, the array and the file system beneath a tier are. What nobody could look at is never called well. */
export function TierHealth({ health }: { health: Tier['health'] }) {
  if (health.length === 0) return <p className={styles.healthNone}>Nothing is known of its disks.</p>;
  return (
    <ul className={styles.health} aria-label="Health of its disks">
      {health.map(({ part, state, message }) => (
        <li key={part}>
          <Dot tone={healthWords[state].tone} />
          <span>
            <span className={styles.part}>{part}</span> <span className={styles.partState}>{healthWords[state].word}</span>
            <span className={styles.partMessage}>{message}</span>
          </span>
        </li>
      ))}
    </ul>
  );
}
