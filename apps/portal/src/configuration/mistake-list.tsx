import type { ConfigMistake } from '../api/config-queries.ts';
import styles from './configuration.module.css';

/** What does not fit: line, key, value, and what to do. Pressing one goes to its line. */
export function MistakeList({ mistakes, onChoose }: { mistakes: readonly ConfigMistake[]; onChoose?: (line: number) => void }) {
  if (mistakes.length === 0) return null;
  return (
    <ul className={styles.mistakes} aria-label="Mistakes">
      {mistakes.map((mistake) => (
        <li key={`${mistake.line} ${mistake.key} ${mistake.message}`}>
          <Where mistake={mistake} onChoose={onChoose} />
          {mistake.key !== '' && <code>{mistake.key}</code>}
          {mistake.value !== null && <span>is {mistake.value}:</span>}
          <span>{mistake.message}</span>
          {mistake.remedy && <span className={styles.remedy}>{mistake.remedy}</span>}
        </li>
      ))}
    </ul>
  );
}

function Where({ mistake: { line }, onChoose }: { mistake: ConfigMistake; onChoose: ((line: number) => void) | undefined }) {
  if (line === null) return null;
  if (!onChoose) return <strong>Line {line}</strong>;
  return (
    <button type="button" className={styles.toLine} onClick={() => onChoose(line)}>
      Line {line}
    </button>
  );
}
