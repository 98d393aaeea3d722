import { useMutation, useQuery } from '@tanstack/react-query';
import { type FormEvent, useId, useState } from 'react';
import { api, ask } from '../api/client.ts';
import { accountsQuery, collectionsQuery } from '../api/queries.ts';
import { FormProblem } from '../session/form-problem.tsx';
import { Button } from '../ui/button.tsx';
import { DialogActions } from '../ui/dialog.tsx';
import { SelectField, TextField } from '../ui/field.tsx';
import { idIn, type Subject, type SubjectKind } from './erasure-words.ts';
import styles from './erasures.module.css';

const kinds: readonly { kind: SubjectKind; title: string; means: string }[] = [
  { kind: 'person', title: 'A person', means: 'All that only they brought, under a key of its own that is destroyed.' },
  { kind: 'collection', title: 'A collection', means: 'All that is in it, whoever brought it, and the collection.' },
  { kind: 'asset', title: 'An asset', means: 'One, with all that was made of it.' },
];

/** Chooses who or what is to be erased. Nothing happens by choosing. */
export function SubjectChoice({
  kind,
  onKind,
  onCancel,
  onChoose,
}: {
  kind: SubjectKind;
  onKind: (kind: SubjectKind) => void;
  onCancel: () => void;
  onChoose: (subject: Subject) => void;
}) {
  return (
    <div className={styles.form}>
      <KindChoice kind={kind} onKind={onKind} />
      {kind === 'asset' ? (
        <AssetChoice onCancel={onCancel} onChoose={onChoose} />
      ) : (
        <ListChoice key={kind} kind={kind} onCancel={onCancel} onChoose={onChoose} />
      )}
    </div>
  );
}

function KindChoice({ kind: chosen, onKind }: { kind: SubjectKind; onKind: (kind: SubjectKind) => void }) {
  const name = useId();
  return (
    <fieldset className={styles.kinds}>
      <legend>Who or what</legend>
      {kinds.map(({ kind, title, means }) => (
        <label key={kind} className={styles.kind}>
          <input type="radio" name={name} value={kind} checked={chosen === kind} onChange={() => onKind(kind)} />
          <span>
            <strong>{title}</strong>
            <span className={styles.means}>{means}</span>
          </span>
        </label>
      ))}
    </fieldset>
  );
}

interface ChoiceProps {
  onCancel: () => void;
  onChoose: (subject: Subject) => void;
}

function ListChoice({ kind, onCancel, onChoose }: ChoiceProps & { kind: 'person' | 'collection' }) {
  const accounts = useQuery({ ...accountsQuery, enabled: kind === 'person' });
  const collections = useQuery({ ...collectionsQuery, enabled: kind === 'collection' });
  const [id, setId] = useState('');
  const query = kind === 'person' ? accounts : collections;
  const subjects: Subject[] =
    kind === 'person'
      ? (accounts.data?.items ?? []).map((account) => ({
          ...{ kind, id: account.id, name: account.displayName, confirm: account.email },
        }))
      : (collections.data?.items ?? []).map(({ id: own, name }) => ({ kind, id: own, name, confirm: name }));
  const subject = subjects.find((candidate) => candidate.id === id);
  const first = query.isPending ? 'Reading …' : subjects.length > 0 ? `Choose a ${kind}` : 'There is none';
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (subject) onChoose(subject);
  };
  return (
    <form onSubmit={submit} className={styles.form}>
      <SelectField
        label={kind === 'person' ? 'Person' : 'Collection'}
        value={id}
        options={[{ value: '', label: first }, ...subjects.map((each) => ({ value: each.id, label: labelOf(each) }))]}
        onChange={setId}
      />
      <FormProblem error={query.error} />
      <Next onCancel={onCancel} missing={!subject && `Choose a ${kind} first.`} />
    </form>
  );
}

function labelOf({ kind, name, confirm }: Subject): string {
  return kind === 'person' ? `${name} (${confirm})` : name;
}

function AssetChoice({ onCancel, onChoose }: ChoiceProps) {
  const [text, setText] = useState('');
  const id = idIn(text);
  const find = useMutation({
    meta: { quiet: true },
    mutationFn: (own: string) => ask(api.GET('/api/v1/assets/{id}', { params: { path: { id: own } } })),
    onSuccess: ({ id: own, name }) => onChoose({ kind: 'asset', id: own, name, confirm: name }),
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (id && !find.isPending) find.mutate(id);
  };
  return (
    <form onSubmit={submit} className={styles.form}>
      <TextField
        label="Address or id of the asset"
        help="From the asset itself it is shorter: “Erase for good…” in its menu."
        autoComplete="off"
        spellCheck={false}
        value={text}
        onChange={setText}
      />
      <FormProblem error={find.error} />
      <Next onCancel={onCancel} busy={find.isPending} missing={!id && 'Paste the address of the asset, or its id.'} />
    </form>
  );
}

function Next({ onCancel, busy = false, missing }: { onCancel: () => void; busy?: boolean; missing: string | false }) {
  return (
    <DialogActions>
      <Button onPress={onCancel}>Cancel</Button>
      <Button type="submit" kind="primary" busy={busy} disabledBecause={missing}>
        See what it takes
      </Button>
    </DialogActions>
  );
}
