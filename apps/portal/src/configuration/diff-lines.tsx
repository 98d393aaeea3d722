import type { DiffLine } from '../api/config-queries.ts';
import styles from './configuration.module.css';

const marks = { kept: ' ', removed: '−', added: '+' } as const;
const words = { kept: '', removed: 'removed: ', added: 'added: ' } as const;
const around = 3;

/** Lines that were changed, with a few around them. */
export function DiffLines({ lines }: { lines: readonly DiffLine[] }) {
  const isNear = (index: number) =>
    lines.slice(Math.max(0, index - around), index + around + 1).some(({ kind }) => kind !== 'kept');
  const shown = lines.map((line, index) => ({ ...line, index })).filter(({ index }) => isNear(index));
  if (shown.length === 0) return <p className={styles.faint}>No line differs.</p>;
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard (WCAG 2.1.1)
    <div className={styles.diff} role="group" aria-label="Lines that differ" tabIndex={0}>
      {shown.map(({ kind, text, index }, place) => (
        <div key={index} data-kind={kind} data-gap={place > 0 && shown[place - 1]?.index !== index - 1 ? '' : undefined}>
          <span aria-hidden>{marks[kind]}</span>
          <span className="seen-by-readers-only">{words[kind]}</span>
          <span>{text === '' ? ' ' : text}</span>
        </div>
      ))}
    </div>
  );
}
