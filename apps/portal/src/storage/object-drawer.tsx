import { useQuery } from '@tanstack/react-query';
import { explainQuery } from '../api/storage-queries.ts';
import { Reading } from '../reading/reading.tsx';
import { Drawer } from '../ui/dialog.tsx';
import { Skeleton } from '../ui/states.tsx';
import { ExplanationView } from './explanation.tsx';

/** Why does this object lie there, and what moves it next? */
export function ObjectDrawer({ objectId, onClose }: { objectId: string; onClose: () => void }) {
  const query = useQuery(explainQuery(objectId));
  return (
    <Drawer title="Where it lies" open onClose={onClose} width={440}>
      <Reading
        query={query}
        what="the object"
        failed="The object could not be explained"
        skeleton={
          <div style={{ display: 'grid', gap: 14 }}>
            {['40%', '86%', '70%', '78%', '60%'].map((width) => (
              <Skeleton key={width} width={width} />
            ))}
          </div>
        }
        compact
      >
        {(explanation) => <ExplanationView explanation={explanation} />}
      </Reading>
    </Drawer>
  );
}
