import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { Trash2 } from 'lucide-react';
import { useState } from 'react';
import { api, ask } from '../api/client.ts';
import { trashQuery } from '../api/retention-queries.ts';
import { freshKey } from '../collections/fresh-key.ts';
import { formatBytes, formatCounted, formatDay } from '../lib/format.ts';
import { Reading } from '../reading/reading.tsx';
import { useNeeds } from '../session/session.ts';
import page from '../shell/page.module.css';
import { Button } from '../ui/button.tsx';
import { Skeleton } from '../ui/states.tsx';
import { toast } from '../ui/toast-queue.ts';
import { ConfirmDialog } from './confirm-dialog.tsx';
import styles from './retention.module.css';

/** What is in the trash, and emptying it for good. */
export function TrashCard() {
  const query = useQuery(trashQuery);
  return (
    <Reading query={query} what="the trash" failed="The trash could not be read" compact skeleton={<Skeleton width="40%" />}>
      {(trash) => <Trash {...trash} />}
    </Reading>
  );
}

function Trash({
  assets,
  bytes,
  heldAssets,
  firstAt,
}: {
  assets: number;
  bytes: number;
  heldAssets: number;
  firstAt: string | null;
}) {
  const queries = useQueryClient();
  const refusal = useNeeds()('retention.update', 'empty the trash');
  const [key, setKey] = useState<string>();
  const going = assets - heldAssets;
  const empty = useMutation({
    meta: { quiet: true },
    mutationFn: () =>
      ask(api.POST('/api/v1/trash/empty', { params: { header: { 'Idempotency-Key': String(key) } }, body: { assets: going } })),
    onSuccess: () => {
      setKey(undefined);
      toast({ tone: 'good', title: 'The trash is being emptied', detail: 'How far it is stands under “Deleted”.' });
    },
    onSettled: () => void queries.invalidateQueries({ queryKey: ['retention'] }),
  });
  return (
    <div className={page.card}>
      <div className={styles.line}>
        <div>
          <Link to="/" search={{ trash: true }}>
            {formatCounted(assets, 'asset')}
          </Link>
          , {formatBytes(bytes)}.{firstAt && ` The first is gone for good on ${formatDay(firstAt)}.`}
          {heldAssets > 0 && ` ${formatCounted(heldAssets, 'asset')} under legal holds stay.`}
        </div>
        <Button
          icon={Trash2}
          disabledBecause={refusal || (going === 0 && 'Nothing in it may be deleted.')}
          onPress={() => setKey(freshKey())}
        >
          Empty the trash
        </Button>
      </div>
      {key && (
        <ConfirmDialog
          title="Empty the trash?"
          verb={`Delete ${formatCounted(going, 'asset')}`}
          count={going}
          busy={empty.isPending}
          error={empty.error}
          onClose={() => setKey(undefined)}
          onYes={() => empty.mutate()}
        >
          <p>
            {formatCounted(going, 'asset')} are deleted for good, with all that was made of them. They cannot be brought back.
          </p>
        </ConfirmDialog>
      )}
    </div>
  );
}
