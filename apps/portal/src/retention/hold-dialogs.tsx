import { useMutation, useQuery } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { api, ask } from '../api/client.ts';
import { collectionsQuery } from '../api/queries.ts';
import type { Body } from '../api/types.ts';
import { freshKey } from '../collections/fresh-key.ts';
import { formatCounted } from '../lib/format.ts';
import { FormProblem } from '../session/form-problem.tsx';
import { Button } from '../ui/button.tsx';
import { Dialog, DialogActions } from '../ui/dialog.tsx';
import { SelectField, TextArea, TextField } from '../ui/field.tsx';
import { toast } from '../ui/toast-queue.ts';
import styles from './retention.module.css';
import type { Hold } from './retention-words.ts';
import { useStaleHolds } from './use-stale-holds.ts';

/** Places a hold on a collection. */
export function PlaceHoldDialog({ onClose }: { onClose: () => void }) {
  const stale = useStaleHolds();
  const [key] = useState(freshKey);
  const [name, setName] = useState('');
  const [reason, setReason] = useState('');
  const [collectionId, setCollectionId] = useState('');
  const collections = useQuery(collectionsQuery);
  const place = useMutation({
    meta: { quiet: true },
    mutationFn: (body: Body<'placeHold'>) =>
      ask(api.POST('/api/v1/holds', { params: { header: { 'Idempotency-Key': key } }, body })),
    onSuccess: (made) => {
      toast({ tone: 'good', title: `${formatCounted(made.assets, 'asset')} held by “${made.name}”` });
      onClose();
    },
    onSettled: stale,
  });
  const missing =
    (!name.trim() && 'Give the hold a name.') || (!reason.trim() && 'Say why.') || (!collectionId && 'Choose a collection.');
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (missing || place.isPending) return;
    place.mutate({ name: name.trim(), reason: reason.trim(), collectionId });
  };
  const choices = (collections.data?.items ?? []).map(({ id, name: title }) => ({ value: id, label: title }));
  return (
    <Dialog title="Place a legal hold" open onClose={onClose}>
      <form onSubmit={submit} className={styles.form}>
        <p>
          All that is in the collection, and all that comes into it, cannot be deleted until the hold is released, whatever the
          policies say. Single assets are placed under a hold from the library.
        </p>
        <TextField label="Name" help="Such as a case number" maxLength={200} value={name} onChange={setName} />
        <TextArea label="Reason" maxLength={2000} rows={3} value={reason} onChange={setReason} />
        <SelectField
          label="Collection"
          value={collectionId}
          options={[{ value: '', label: collections.isPending ? 'Reading …' : 'Choose a collection' }, ...choices]}
          onChange={setCollectionId}
        />
        <FormProblem error={place.error ?? collections.error} />
        <DialogActions>
          <Button onPress={onClose}>Cancel</Button>
          <Button type="submit" kind="primary" busy={place.isPending} disabledBecause={missing}>
            Place the hold
          </Button>
        </DialogActions>
      </form>
    </Dialog>
  );
}

/** Releases a hold, with the reason. */
export function ReleaseHoldDialog({ hold, onClose }: { hold: Hold; onClose: () => void }) {
  const stale = useStaleHolds();
  const [reason, setReason] = useState('');
  const release = useMutation({
    meta: { quiet: true },
    mutationFn: () =>
      ask(api.POST('/api/v1/holds/{id}/release', { params: { path: { id: hold.id } }, body: { reason: reason.trim() } })),
    onSuccess: () => {
      toast({ tone: 'good', title: `“${hold.name}” is released` });
      onClose();
    },
    onSettled: stale,
  });
  const missing = !reason.trim() && 'Say why.';
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (!missing && !release.isPending) release.mutate();
  };
  return (
    <Dialog title={`Release “${hold.name}”?`} open onClose={onClose}>
      <form onSubmit={submit} className={styles.form}>
        <p>
          {formatCounted(hold.assets, 'asset')} may be deleted again, as far as no other hold stands. What is overdue by the
          policies goes at the next run.
        </p>
        <TextArea label="Reason" maxLength={2000} rows={3} value={reason} onChange={setReason} />
        <FormProblem error={release.error} />
        <DialogActions>
          <Button onPress={onClose}>Cancel</Button>
          <Button type="submit" kind="danger" busy={release.isPending} disabledBecause={missing}>
            Release the hold
          </Button>
        </DialogActions>
      </form>
    </Dialog>
  );
}
