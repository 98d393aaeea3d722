import { useEffect, useId, useState } from 'react';
import styles from './gpu.module.css';
import { numberWords, type ShareNumber } from './share-numbers.ts';

/** One number of a share. What is typed stays as it is typed; it counts once it is a number that there can be. */
export function ShareField({
  workload,
  number: { kind, value, declared },
  onTry,
}: {
  workload: string;
  number: ShareNumber;
  onTry: (value: number) => void;
}) {
  const fieldId = useId();
  const shown = String(value);
  const [typed, setTyped] = useState(shown);
  useEffect(() => setTyped(shown), [shown]);
  const { title, means, step, least, most } = numberWords[kind];
  const type = (text: string) => {
    setTyped(text);
    if (/^\d{1,7}$/.test(text) && Number(text) >= least && Number(text) <= most) onTry(Number(text));
  };
  return (
    <div className={styles.field} data-changed={value === declared ? undefined : ''} title={means}>
      <label htmlFor={fieldId} className={styles.fieldName}>
        {title}
        <span className="seen-by-readers-only"> of {workload}</span>
      </label>
      <input
        id={fieldId}
        aria-describedby={`${fieldId}-note`}
        inputMode="numeric"
        maxLength={7}
        value={typed}
        onChange={(event) => type(event.currentTarget.value)}
        onBlur={() => setTyped(shown)}
        onKeyDown={(event) => {
          const by = event.key === 'ArrowUp' ? step : event.key === 'ArrowDown' ? -step : 0;
          if (by === 0) return;
          event.preventDefault();
          onTry(Math.max(least, Math.min(most, value + by)));
        }}
      />
      <span id={`${fieldId}-note`} className={styles.fieldNote}>
        {value === declared ? ' ' : `declared ${declared}`}
      </span>
    </div>
  );
}
