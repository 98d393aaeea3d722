import { ScrollText } from 'lucide-react';
import { formatMoment } from '../lib/format.ts';
import page from '../shell/page.module.css';
import { Button } from '../ui/button.tsx';
import { classNames } from '../ui/class-names.ts';
import { type Erasure, takenInWords } from './erasure-words.ts';
import styles from './erasures.module.css';
import type { SubjectName } from './use-subject-name.ts';

/** Erasures that are done, the latest first. */
export function ErasureTable({
  done,
  nameOf,
  onOpen,
}: {
  done: readonly Erasure[];
  nameOf: (erasure: Erasure) => SubjectName;
  onOpen: (id: string) => void;
}) {
  return (
    <div className={page.tableBox}>
      <table className={classNames(page.table, styles.done)}>
        <caption className="seen-by-readers-only">Erasures that are done, the latest first</caption>
        <thead>
          <tr>
            <th scope="col">Who or what</th>
            <th scope="col">Done</th>
            <th scope="col">Gone</th>
            <th scope="col">Asked for by</th>
            <th scope="col">
              <span className="seen-by-readers-only">Certificate</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {done.map((erasure) => (
            <Row key={erasure.id} erasure={erasure} subject={nameOf(erasure)} onOpen={onOpen} />
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Row({ erasure, subject, onOpen }: { erasure: Erasure; subject: SubjectName; onOpen: (id: string) => void }) {
  const { id, reason, requestedBy, requestedAt, finishedAt, certificate } = erasure;
  const at = formatMoment(finishedAt ?? requestedAt);
  const words = certificate ? 'Certificate' : 'Details';
  return (
    <tr>
      <th scope="row">
        {subject.name} <span className={page.faint}>{subject.kind}</span>
        {reason && <span className={styles.because}>{reason}</span>}
      </th>
      <td data-label="Done" className={styles.when}>
        {at}
      </td>
      <td data-label="Gone">{takenInWords(erasure)}</td>
      <td data-label="Asked for by" data-wide>
        {requestedBy}
      </td>
      <td className={classNames(page.number, styles.open)}>
        <Button small icon={ScrollText} aria-label={`${words}: ${subject.name}, ${at}`} onPress={() => onOpen(id)}>
          {words}
        </Button>
      </td>
    </tr>
  );
}
