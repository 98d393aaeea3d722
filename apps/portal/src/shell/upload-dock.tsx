import { lazy, Suspense } from 'react';
import { useUploads } from '../uploads/upload-store.ts';

const UploadPanel = lazy(() => import('../uploads/upload-panel.tsx'));

/** Holds the upload panel beside every page; its code arrives with the first upload. */
export function UploadDock() {
  const { open } = useUploads();
  return open ? (
    <Suspense>
      <UploadPanel />
    </Suspense>
  ) : null;
}
