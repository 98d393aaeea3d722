import { Link } from '@tanstack/react-router';
import { Circle, CircleCheck, CircleDot, type LucideIcon } from 'lucide-react';
import { formatAgo } from '../lib/format.ts';
import { useNow } from '../reading/use-now.ts';
import page from '../shell/page.module.css';
import { Badge } from '../ui/marks.tsx';
import { Notice } from '../ui/states.tsx';
import { type Erasure, stepsOf, takenInWords } from './erasure-words.ts';
import styles from './erasures.module.css';
import type { SubjectName } from './use-subject-name.ts';

const marks: Record<ReturnType<typeof stepsOf>[number]['stands'], { icon: LucideIcon; words: string }> = {
  done: { icon: CircleCheck, words: 'done' },
  now: { icon: CircleDot, words: 'under way' },
  waits: { icon: Circle, words: 'waits' },
};

/** Erasures that are under way, each with its steps and how much is gone already. */
export function RunningErasures({
  running,
  nameOf,
}: {
  running: readonly Erasure[];
  nameOf: (erasure: Erasure) => SubjectName;
}) {
  return (
    <ul className={styles.running} aria-label="Erasures under way">
      {running.map((erasure) => (
        <Running key={erasure.id} erasure={erasure} subject={nameOf(erasure)} />
      ))}
    </ul>
  );
}

function Running({ erasure, subject: { name, kind } }: { erasure: Erasure; subject: SubjectName }) {
  const now = useNow(30_000);
  const { reason, requestedBy, requestedAt, error } = erasure;
  return (
    <li className={page.card}>
      <div className={styles.head}>
        <strong>{name}</strong>
        {kind && <Badge>{kind}</Badge>}
        <span className={page.faint}>
          asked for by {requestedBy}, {formatAgo(requestedAt, now)}
        </span>
      </div>
      {reason && <p className={styles.reason}>{reason}</p>}
      <ol className={styles.steps}>
        {stepsOf(erasure).map(({ title, stands }) => {
          const { icon: Mark, words } = marks[stands];
          return (
            <li key={title} data-stands={stands} aria-current={stands === 'now' ? 'step' : undefined}>
              <Mark aria-hidden />
              <span>
                {title} <span className="seen-by-readers-only">({words})</span>
              </span>
            </li>
          );
        })}
      </ol>
      <p className={page.soft} role="status">
        {erasure.subjectKind === 'person' ? 'Gone so far' : 'Going'}: {takenInWords(erasure)}
      </p>
      {error && (
        <Notice tone="bad">
          {error} It is tried again by itself; if that does not help, see <Link to="/jobs">what failed for good</Link>.
        </Notice>
      )}
    </li>
  );
}
