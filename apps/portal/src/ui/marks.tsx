import { X } from 'lucide-react';
import type { CSSProperties, ReactNode } from 'react';
import { classNames } from './class-names.ts';
import styles from './marks.module.css';

export type Tone = 'neutral' | 'good' | 'warn' | 'bad' | 'accent';

/** A state in a word or a small count. */
export function Badge({ tone = 'neutral', children }: { tone?: Tone; children: ReactNode }) {
  return (
    <span className={styles.badge} data-tone={tone}>
      {children}
    </span>
  );
}

/** A state as a lamp: round, square or diamond as well as coloured, and always beside its word. */
export function Dot({ tone = 'neutral' }: { tone?: Tone }) {
  return <span className={styles.dot} data-tone={tone} aria-hidden />;
}

/** A key of the keyboard. */
export function Kbd({ children }: { children: ReactNode }) {
  return <kbd className={styles.kbd}>{children}</kbd>;
}

/** A share of a whole as a bar with its value in words. */
export function Meter({
  label,
  value,
  share,
  tone,
  colour,
  thin,
}: {
  label: ReactNode;
  value: string;
  /** 0..1 */
  share: number;
  tone?: Tone;
  colour?: string;
  thin?: boolean;
}) {
  return (
    <div className={classNames(styles.meter, thin && styles.thin)}>
      <div className={styles.meterHead}>
        <span>{label}</span>
        <span className={styles.meterValue}>{value}</span>
      </div>
      <Track share={share} tone={tone} colour={colour} />
    </div>
  );
}

/** Only the bar, for places that say the value themselves. */
export function Track({
  share,
  tone,
  colour,
  thin,
}: {
  share: number;
  tone?: Tone | undefined;
  colour?: string | undefined;
  thin?: boolean;
}) {
  const style = {
    width: `${Math.min(100, Math.max(0, share * 100))}%`,
    ...(colour ? { '--fill': colour } : {}),
  } as CSSProperties;
  return (
    <div className={classNames(styles.track, thin && styles.thin)} aria-hidden>
      <div className={styles.fill} data-tone={tone} style={style} />
    </div>
  );
}

/** Work that is under way, told to readers as well. */
export function Progress({ label, share, tone }: { label: string; share: number; tone?: Tone }) {
  const percent = Math.round(Math.min(1, Math.max(0, share)) * 100);
  return (
    <div role="progressbar" aria-label={label} aria-valuenow={percent} aria-valuemin={0} aria-valuemax={100}>
      <Track share={share} tone={tone} thin />
    </div>
  );
}

/** A filter that is set, with the way to take it off. */
export function Chip({ children, onRemove, removeLabel }: { children: ReactNode; onRemove: () => void; removeLabel: string }) {
  return (
    <span className={styles.chip}>
      <span>{children}</span>
      <button type="button" aria-label={removeLabel} onClick={onRemove}>
        <X size={12} aria-hidden />
      </button>
    </span>
  );
}
