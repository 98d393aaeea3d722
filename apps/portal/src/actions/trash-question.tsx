import { Trash2 } from 'lucide-react';
import { formatCounted } from '../lib/format.ts';
import { Button } from '../ui/button.tsx';
import { Dialog, DialogActions } from '../ui/dialog.tsx';

/** Asks before a great many assets go into the trash. */
export default function TrashQuestion({ count, onClose, onYes }: { count: number; onClose: () => void; onYes: () => void }) {
  const assets = formatCounted(count, 'asset');
  return (
    <Dialog title={`Move ${assets} to the trash?`} open onClose={onClose}>
      <p>They disappear from the library, from collections and from searches. They can be restored from the trash.</p>
      <DialogActions>
        <Button onPress={onClose}>Cancel</Button>
        <Button kind="danger" icon={Trash2} onPress={onYes}>
          Move {assets}
        </Button>
      </DialogActions>
    </Dialog>
  );
}
