import { lazy, Suspense } from 'react';
import type { Subject } from './erasure-words.ts';

const EraseSubjectDialog = lazy(() => import('./erase-subject-dialog.tsx'));

/** Asks before what one is looking at is erased; its code loads when it is first asked for. */
export function EraseSubject(props: { subject: Subject; onClose: () => void }) {
  return (
    <Suspense>
      <EraseSubjectDialog {...props} />
    </Suspense>
  );
}
