import { useNavigate } from '@tanstack/react-router';
import { Dialog } from '../ui/dialog.tsx';
import { EraseQuestion } from './erase-question.tsx';
import type { Subject } from './erasure-words.ts';

/** Erases what one is looking at; leads to the erasures once it has begun. */
export default function EraseSubjectDialog({ subject, onClose }: { subject: Subject; onClose: () => void }) {
  const navigate = useNavigate();
  return (
    <Dialog title={`Erase “${subject.name}” for good?`} open onClose={onClose} width={520}>
      <EraseQuestion
        subject={subject}
        back={{ words: 'Cancel', go: onClose }}
        onBegun={() => {
          onClose();
          void navigate({ to: '/erasures' });
        }}
      />
    </Dialog>
  );
}
