import type { ReactNode } from 'react';
import type { Tone } from '../ui/marks.tsx';
import { Skeleton } from '../ui/states.tsx';
import styles from './figures.module.css';

/** One measured value: what it is, how much, and what to make of it. */
export interface Figure {
  label: string;
  value: ReactNode;
  note?: ReactNode;
  tone?: Tone;
}

/** Letters that fit the narrowest cell in the size of figures. */
const mostAtFullSize = 11;

/** The few values that answer a page's question at a glance. */
export function Figures({ label, figures }: { label: string; figures: readonly Figure[] }) {
  return (
    <dl className={styles.figures} aria-label={label}>
      {figures.map((figure) => (
        <div key={figure.label} className={styles.figure}>
          <dt>{figure.label}</dt>
          <dd className={styles.value} data-tone={figure.tone} data-long={isLong(figure.value) ? '' : undefined}>
            {figure.value}
          </dd>
          <dd className={styles.note}>{figure.note ?? '\u00a0'}</dd>
        </div>
      ))}
    </dl>
  );
}

function isLong(value: ReactNode): boolean {
  return typeof value === 'string' && value.length > mostAtFullSize;
}

/** The shape of `count` figures. */
export function FiguresSkeleton({ count }: { count: number }) {
  return (
    <div className={styles.figures}>
      {Array.from({ length: count }, (_, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: shapes without identity
        <div key={index} className={styles.figure}>
          <Skeleton width={72} height={12} style={{ marginBlock: 3 }} />
          <Skeleton width={96} height={26} style={{ marginBlock: 5 }} />
          <Skeleton width={110} height={12} style={{ marginBlock: 3 }} />
        </div>
      ))}
    </div>
  );
}
