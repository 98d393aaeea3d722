import { useState } from 'react';
import { Dialog } from '../ui/dialog.tsx';
import { EraseQuestion } from './erase-question.tsx';
import type { Subject, SubjectKind } from './erasure-words.ts';
import { SubjectChoice } from './subject-choice.tsx';

/** Asks first who or what is to be erased, then shows what that takes. */
export function EraseDialog({ onClose }: { onClose: () => void }) {
  const [kind, setKind] = useState<SubjectKind>('person');
  const [subject, setSubject] = useState<Subject>();
  return (
    <Dialog title={subject ? `Erase “${subject.name}” for good?` : 'Erase for good'} open onClose={onClose} width={520}>
      {subject ? (
        <EraseQuestion subject={subject} back={{ words: 'Back', go: () => setSubject(undefined) }} onBegun={onClose} />
      ) : (
        <SubjectChoice kind={kind} onKind={setKind} onCancel={onClose} onChoose={setSubject} />
      )}
    </Dialog>
  );
}
