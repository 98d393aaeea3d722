import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { api, ask } from '../api/client.ts';
import { collectionQuery } from '../api/queries.ts';
import type { Collection } from '../api/types.ts';
import { EraseSubject } from '../erasures/erase-subject.tsx';
import { formatCounted } from '../lib/format.ts';
import { FormProblem } from '../session/form-problem.tsx';
import { Button } from '../ui/button.tsx';
import { Dialog, DialogActions } from '../ui/dialog.tsx';
import { TextArea, TextField } from '../ui/field.tsx';
import { toast } from '../ui/toast-queue.ts';
import styles from './collections.module.css';
import { freshKey } from './fresh-key.ts';

const longestName = 200;
const longestDescription = 5000;

interface Description {
  name: string;
  description: string;
}

/** Makes a collection and hands it over. */
export function NewCollectionDialog({ onClose, onMade }: { onClose: () => void; onMade: (made: Collection) => void }) {
  const queries = useQueryClient();
  const [key] = useState(freshKey);
  const make = useMutation({
    meta: { quiet: true },
    mutationFn: (body: Description) =>
      ask(api.POST('/api/v1/collections', { params: { header: { 'Idempotency-Key': key } }, body })),
    onSuccess: (made) => {
      queries.setQueryData(collectionQuery(made.id).queryKey, made);
      void queries.invalidateQueries({ queryKey: ['collections'], exact: true });
      onMade(made);
    },
  });
  return (
    <DescriptionDialog
      title="New collection"
      verb="Make the collection"
      initial={{ name: '', description: '' }}
      error={make.error}
      busy={make.isPending}
      onClose={onClose}
      onAnswer={(body) => make.mutate(body)}
    />
  );
}

/** Gives a collection another name or description. */
export function EditCollectionDialog({ collection, onClose }: { collection: Collection; onClose: () => void }) {
  const queries = useQueryClient();
  const { id, name, description } = collection;
  const change = useMutation({
    meta: { quiet: true },
    mutationFn: (body: Description) => ask(api.PATCH('/api/v1/collections/{id}', { params: { path: { id } }, body })),
    onSuccess: (changed) => {
      queries.setQueryData(collectionQuery(id).queryKey, changed);
      void queries.invalidateQueries({ queryKey: ['collections'] });
      toast({ tone: 'good', title: `“${changed.name}” saved` });
      onClose();
    },
  });
  return (
    <DescriptionDialog
      title={`Edit “${name}”`}
      verb="Save"
      initial={{ name, description }}
      error={change.error}
      busy={change.isPending}
      onClose={onClose}
      onAnswer={(body) => change.mutate(body)}
    />
  );
}

function DescriptionDialog({
  title,
  verb,
  initial,
  error,
  busy,
  onClose,
  onAnswer,
}: {
  title: string;
  verb: string;
  initial: Description;
  error: unknown;
  busy: boolean;
  onClose: () => void;
  onAnswer: (body: Description) => void;
}) {
  const [name, setName] = useState(initial.name);
  const [description, setDescription] = useState(initial.description);
  const body = { name: name.trim(), description: description.trim() };
  const same = body.name === initial.name && body.description === initial.description;
  const refusal = body.name === '' ? 'Give it a name first.' : same && 'Nothing has changed.';
  return (
    <Dialog title={title} open onClose={onClose}>
      <form
        className={styles.form}
        onSubmit={(event) => {
          event.preventDefault();
          if (!busy && !refusal) onAnswer(body);
        }}
      >
        <TextField label="Name" autoFocus maxLength={longestName} value={name} onChange={setName} />
        <TextArea
          label="Description"
          optional
          rows={4}
          maxLength={longestDescription}
          value={description}
          onChange={setDescription}
        />
        <FormProblem error={error} />
        <DialogActions>
          <Button onPress={onClose}>Cancel</Button>
          <Button kind="primary" type="submit" busy={busy} disabledBecause={refusal}>
            {verb}
          </Button>
        </DialogActions>
      </form>
    </Dialog>
  );
}

/** Asks before a collection is erased with all that is in it. */
export function EraseCollection({ collection: { id, name }, onClose }: { collection: Collection; onClose: () => void }) {
  return <EraseSubject subject={{ kind: 'collection', id, name, confirm: name }} onClose={onClose} />;
}

/** Asks before a collection is taken apart. */
export function DeleteCollectionDialog({
  collection,
  onClose,
  onDeleted,
}: {
  collection: Collection;
  onClose: () => void;
  onDeleted?: () => void;
}) {
  const queries = useQueryClient();
  const { id, name, assets } = collection;
  const remove = useMutation({
    meta: { quiet: true },
    mutationFn: () => ask(api.DELETE('/api/v1/collections/{id}', { params: { path: { id } } })),
    onSuccess: () => {
      toast({ tone: 'good', title: `Collection “${name}” deleted` });
      onClose();
      onDeleted?.();
      queries.removeQueries({ queryKey: collectionQuery(id).queryKey });
      void queries.invalidateQueries({ queryKey: ['collections'], exact: true });
    },
  });
  return (
    <Dialog title={`Delete the collection “${name}”?`} open onClose={onClose}>
      <div className={styles.form}>
        {assets > 0 ? (
          <p>
            Its <strong>{formatCounted(assets, 'asset')}</strong> stay in the library. Which ones it held is not kept, so this
            cannot be undone.
          </p>
        ) : (
          <p>Nothing is in it. Its name and description are lost; this cannot be undone.</p>
        )}
        <FormProblem error={remove.error} />
      </div>
      <DialogActions>
        <Button onPress={onClose}>Cancel</Button>
        <Button kind="danger" busy={remove.isPending} onPress={() => remove.mutate()}>
          Delete the collection
        </Button>
      </DialogActions>
    </Dialog>
  );
}
