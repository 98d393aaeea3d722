import { useEffect, useId, useState } from 'react';
import styles from './memory.module.css';
import type { Limit } from './memory-shape.ts';
import { limitWords, memoryText } from './memory-words.ts';

/** Four TiB: no machine that this is for has more. */
const mostMb = 4_194_304;

/** One limit of a workload in MiB. What is typed stays as it is typed; it counts once it is a number. */
export function LimitField({
  id,
  limit: { kind, mb, declared },
  onTry,
}: {
  id: string;
  limit: Limit;
  onTry: (mb: number) => void;
}) {
  const fieldId = useId();
  const shown = mb === null ? '' : String(mb);
  const [typed, setTyped] = useState(shown);
  useEffect(() => setTyped(shown), [shown]);
  const { title, means } = limitWords[kind];
  const type = (text: string) => {
    setTyped(text);
    if (/^\d{1,7}$/.test(text) && Number(text) <= mostMb) onTry(Number(text));
  };
  return (
    <div
      className={styles.field}
      data-changed={mb === declared ? undefined : ''}
      title={kind === 'memoryMaxMb' ? `${means} Left empty: no limits.` : means}
    >
      <label htmlFor={fieldId} className={styles.fieldName}>
        {title}, MiB<span className="seen-by-readers-only"> of {id}</span>
      </label>
      <input
        id={fieldId}
        aria-describedby={`${fieldId}-note`}
        inputMode="numeric"
        maxLength={7}
        placeholder="none"
        value={typed}
        onChange={(event) => type(event.currentTarget.value)}
        onBlur={() => {
          // Without a highest there are no limits; while somebody types it may be empty for a moment.
          if (kind === 'memoryMaxMb' && typed === '' && mb !== null) onTry(0);
          else setTyped(shown);
        }}
        onKeyDown={(event) => {
          const step = event.key === 'ArrowUp' ? 256 : event.key === 'ArrowDown' ? -256 : 0;
          if (step === 0 || mb === null) return;
          event.preventDefault();
          onTry(Math.max(0, Math.min(mostMb, mb + step)));
        }}
      />
      <span id={`${fieldId}-note`} className={styles.fieldNote}>
        {mb === declared ? (mb === null ? ' ' : memoryText(mb)) : `declared ${declared ?? 'none'}`}
      </span>
    </div>
  );
}
