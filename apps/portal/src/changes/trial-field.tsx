import { type ReactNode, useEffect, useId, useState } from 'react';
import styles from './trial.module.css';

/**
 * A number that can be tried. What is typed stays as it is typed; it counts once it is a number between `least` and `most`.
 * The arrow keys go up and down by `step`.
 */
export function TrialField({
  label,
  means,
  value,
  isChanged,
  note,
  step,
  least,
  most,
  onTry,
  onEmptied,
}: {
  label: ReactNode;
  means: string;
  /** Null where there is none. */
  value: number | null;
  isChanged: boolean;
  note: string | undefined;
  step: number;
  least: number;
  most: number;
  onTry: (value: number) => void;
  /** Whoever leaves the field empty has asked for none. Without it the number comes back. */
  onEmptied?: (() => void) | undefined;
}) {
  const id = useId();
  const shown = value === null ? '' : String(value);
  const [typed, setTyped] = useState(shown);
  useEffect(() => setTyped(shown), [shown]);
  const type = (text: string) => {
    setTyped(text);
    if (/^\d{1,7}$/.test(text) && Number(text) >= least && Number(text) <= most) onTry(Number(text));
  };
  return (
    <div className={styles.field} data-changed={isChanged ? '' : undefined} title={means}>
      <label htmlFor={id} className={styles.name}>
        {label}
      </label>
      <input
        id={id}
        aria-describedby={`${id}-note`}
        inputMode="numeric"
        maxLength={7}
        placeholder={value === null || onEmptied ? 'none' : undefined}
        value={typed}
        onChange={(event) => type(event.currentTarget.value)}
        onBlur={() => {
          if (onEmptied && typed === '' && value !== null) onEmptied();
          else setTyped(shown);
        }}
        onKeyDown={(event) => {
          const by = event.key === 'ArrowUp' ? step : event.key === 'ArrowDown' ? -step : 0;
          if (by === 0 || value === null) return;
          event.preventDefault();
          onTry(Math.max(least, Math.min(most, value + by)));
        }}
      />
      {/* A line is kept for the note, so that nothing moves once there is one. */}
      <span id={`${id}-note`} className={styles.note}>
        {note ?? ' '}
      </span>
    </div>
  );
}
