import { Minus, Plus } from 'lucide-react';
import { type CSSProperties, useEffect, useState } from 'react';
import { workloadColour } from '../lib/workload-colours.ts';
import { IconButton } from '../ui/button.tsx';
import { classWords, cpusInWords } from './box-words.ts';
import styles from './budgets.module.css';
import { type Budget, shareOf, stepped } from './budgets.ts';

/** One workload's budget: typed, stepped or dragged; the CPUs that it would have beside it. */
export function BudgetRow({
  budget,
  most,
  cpus,
  drift,
  load,
  onChange,
}: {
  budget: Budget;
  /** Threads of the machine. */
  most: number;
  cpus: readonly number[] | undefined;
  /** How its slice departs from the plan, in words. */
  drift: string | undefined;
  /** What its slice does now, in words. */
  load: string | undefined;
  onChange: (threads: number) => void;
}) {
  const { workload, threads, declared, step, least } = budget;
  const { id, pin } = workload;
  const pinned = pin ? 'Its CPUs are pinned in the manifest.' : undefined;
  return (
    <li
      className={styles.row}
      style={{ '--colour': workloadColour(id) } as CSSProperties}
      data-changed={threads === declared ? undefined : ''}
    >
      <div className={styles.name}>
        <span className={styles.swatch} aria-hidden />
        <strong>{id}</strong>
        <span className={styles.means}>{classWords[workload.class]}</span>
        {drift !== undefined && <span className={styles.drift}>drift: {drift}</span>}
      </div>
      <input
        type="range"
        className={styles.range}
        style={{ '--share': `${100 * shareOf(budget, most)}%` } as CSSProperties}
        aria-label={`Threads of ${id}, by dragging`}
        min={least}
        max={Math.max(most, threads)}
        step={step}
        value={threads}
        disabled={pin !== null}
        onChange={(event) => onChange(Number(event.currentTarget.value))}
      />
      <div className={styles.stepper}>
        <IconButton
          label={`Fewer threads for ${id}`}
          icon={Minus}
          small
          disabledBecause={pinned ?? (threads <= least && 'It needs at least one core.')}
          onPress={() => onChange(stepped(budget, -1, most))}
        />
        <ThreadsField id={id} threads={threads} isPinned={pin !== null} onChange={onChange} />
        <IconButton
          label={`More threads for ${id}`}
          icon={Plus}
          small
          disabledBecause={pinned ?? (threads >= most && 'The machine has no more.')}
          onPress={() => onChange(stepped(budget, 1, most))}
        />
      </div>
      <div className={styles.cpus}>
        {cpus && cpus.length > 0 ? `CPU ${cpusInWords(cpus)}` : 'no CPUs'}
        {threads !== declared && `, declared ${declared}`}
        {load !== undefined && <span className={styles.load}>{load}</span>}
      </div>
    </li>
  );
}

/** What is typed stays as it is typed; it counts once it is a number of at least one. */
function ThreadsField({
  id,
  threads,
  isPinned,
  onChange,
}: {
  id: string;
  threads: number;
  isPinned: boolean;
  onChange: (threads: number) => void;
}) {
  const [typed, setTyped] = useState(String(threads));
  useEffect(() => setTyped((text) => (Number(text) === threads ? text : String(threads))), [threads]);
  const type = (text: string) => {
    setTyped(text);
    const count = Number(text);
    if (/^\d{1,4}$/.test(text) && count >= 1 && count <= 4096) onChange(count);
  };
  return (
    <input
      className={styles.number}
      inputMode="numeric"
      aria-label={`Threads of ${id}`}
      maxLength={4}
      value={typed}
      disabled={isPinned}
      onChange={(event) => type(event.currentTarget.value)}
      onBlur={() => setTyped(String(threads))}
    />
  );
}
