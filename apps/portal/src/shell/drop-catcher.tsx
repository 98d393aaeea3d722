import { CloudUpload, Lock } from 'lucide-react';
import { useEffect, useState } from 'react';
import { useCan } from '../session/session.ts';
import { toast } from '../ui/toast-queue.ts';
import { filesOfDrop } from '../uploads/folder-walk.ts';
import { uploads } from '../uploads/upload-store.ts';
import styles from './drop-catcher.module.css';

/** Files and folders may be dropped anywhere on the portal. */
export function DropCatcher() {
  const may = useCan()('asset.create');
  const [over, setOver] = useState(false);
  useEffect(() => {
    let depth = 0;
    const hasFiles = (event: DragEvent) => event.dataTransfer?.types.includes('Files') ?? false;
    const enter = (event: DragEvent) => {
      if (!hasFiles(event)) return;
      event.preventDefault();
      depth += 1;
      setOver(true);
    };
    const leave = (event: DragEvent) => {
      if (!hasFiles(event)) return;
      depth = Math.max(0, depth - 1);
      if (depth === 0) setOver(false);
    };
    const drop = (event: DragEvent) => {
      if (!event.dataTransfer || !hasFiles(event)) return;
      event.preventDefault();
      depth = 0;
      setOver(false);
      if (!may) return;
      filesOfDrop(event.dataTransfer).then(
        (found) => uploads.add(found),
        () =>
          toast({
            tone: 'bad',
            title: 'What you dropped could not be read',
            detail: 'Choose the files with the Upload button instead.',
          }),
      );
    };
    const hold = (event: DragEvent) => hasFiles(event) && event.preventDefault();
    addEventListener('dragenter', enter);
    addEventListener('dragleave', leave);
    addEventListener('dragover', hold);
    addEventListener('drop', drop);
    return () => {
      removeEventListener('dragenter', enter);
      removeEventListener('dragleave', leave);
      removeEventListener('dragover', hold);
      removeEventListener('drop', drop);
    };
  }, [may]);
  if (!over) return null;
  const Icon = may ? CloudUpload : Lock;
  return (
    <div className={styles.overlay}>
      <div className={styles.frame} data-refused={may ? undefined : ''}>
        <Icon aria-hidden />
        <div className={styles.title}>{may ? 'Drop to add to the library' : 'You cannot add files'}</div>
        <div className={styles.text}>
          {may
            ? 'Files and whole folders. Known bytes are never sent twice.'
            : 'Your role may only look. An administrator can grant it (asset.create).'}
        </div>
      </div>
    </div>
  );
}
