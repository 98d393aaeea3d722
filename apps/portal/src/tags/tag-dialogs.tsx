import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { type ReactNode, useState } from 'react';
import { api, ask } from '../api/client.ts';
import { tagsQuery } from '../api/queries.ts';
import type { Tag } from '../api/types.ts';
import { formatCounted } from '../lib/format.ts';
import { FormProblem } from '../session/form-problem.tsx';
import { Button } from '../ui/button.tsx';
import { Dialog, DialogActions } from '../ui/dialog.tsx';
import { TextField } from '../ui/field.tsx';
import { toast } from '../ui/toast-queue.ts';
import styles from './tags.module.css';

const longestName = 100;

/** Runs a change of tags, and marks as stale what may show them. */
function useTagChange<Input, Result>(run: (input: Input) => Promise<Result>, onDone: (result: Result) => void) {
  const queries = useQueryClient();
  return useMutation({
    meta: { quiet: true },
    mutationFn: run,
    onSuccess: onDone,
    onSettled: () => {
      void queries.invalidateQueries({ queryKey: ['tags'] });
      void queries.invalidateQueries({ queryKey: ['asset'] });
    },
  });
}

/** Makes a tag. One of the same name is found again rather than made twice. */
export function NewTagDialog({ onClose }: { onClose: () => void }) {
  const queries = useQueryClient();
  const make = useTagChange(
    (name: string) => ask(api.POST('/api/v1/tags', { body: { name } })),
    (tag) => {
      const before = queries.getQueryData(tagsQuery().queryKey)?.items ?? [];
      const isKnown = before.some((other) => other.id === tag.id);
      // In the list at once, so that it is known before the list is read again.
      if (!isKnown) queries.setQueryData(tagsQuery().queryKey, { items: [...before, tag] });
      toast(
        isKnown
          ? {
              tone: 'info',
              title: `There is a tag “${tag.name}” already`,
              detail: `${formatCounted(tag.assets, 'asset')} ${tag.assets === 1 ? 'carries' : 'carry'} it.`,
            }
          : { tone: 'good', title: `Tag “${tag.name}” made` },
      );
      onClose();
    },
  );
  return (
    <NameDialog
      title="New tag"
      verb="Make the tag"
      initial=""
      help="It can be put on assets from the library, with several selected at once."
      error={make.error}
      busy={make.isPending}
      onName={(name) => make.mutate(name)}
      onClose={onClose}
    />
  );
}

/** Gives a tag another name, on every asset that carries it. */
export function RenameTagDialog({ tag, onClose }: { tag: Tag; onClose: () => void }) {
  const rename = useTagChange(
    (name: string) => ask(api.PATCH('/api/v1/tags/{id}', { params: { path: { id: tag.id } }, body: { name } })),
    (renamed) => {
      toast({ tone: 'good', title: `“${tag.name}” is now “${renamed.name}”` });
      onClose();
    },
  );
  return (
    <NameDialog
      title={`Rename “${tag.name}”`}
      verb="Rename"
      initial={tag.name}
      help={tag.assets > 0 ? `Changes on ${formatCounted(tag.assets, 'asset')} at once.` : undefined}
      error={rename.error}
      busy={rename.isPending}
      onName={(name) => rename.mutate(name)}
      onClose={onClose}
    />
  );
}

function NameDialog({
  title,
  verb,
  initial,
  help,
  error,
  busy,
  onName,
  onClose,
}: {
  title: string;
  verb: string;
  initial: string;
  help: ReactNode;
  error: unknown;
  busy: boolean;
  onName: (name: string) => void;
  onClose: () => void;
}) {
  const [name, setName] = useState(initial);
  const wanted = name.trim();
  const refusal = wanted === '' ? 'Give it a name first.' : wanted === initial && 'This is its name already.';
  return (
    <Dialog title={title} open onClose={onClose}>
      <form
        className={styles.form}
        onSubmit={(event) => {
          event.preventDefault();
          if (!busy && !refusal) onName(wanted);
        }}
      >
        <TextField
          label="Name"
          autoFocus
          maxLength={longestName}
          value={name}
          onChange={setName}
          help={help}
          onFocus={(event) => event.currentTarget.select()}
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

/** Asks before a tag is taken off everything. */
export function DeleteTagDialog({ tag, onClose }: { tag: Tag; onClose: () => void }) {
  const navigate = useNavigate();
  const remove = useTagChange(
    () => ask(api.DELETE('/api/v1/tags/{id}', { params: { path: { id: tag.id } } })),
    () => {
      toast({ tone: 'good', title: `Tag “${tag.name}” deleted` });
      onClose();
    },
  );
  return (
    <Dialog title={`Delete the tag “${tag.name}”?`} open onClose={onClose}>
      <div className={styles.form}>
        {tag.assets > 0 ? (
          <p>
            It is taken off <strong>{formatCounted(tag.assets, 'asset')}</strong>. The assets stay. Which ones carried it is not
            kept, so this cannot be undone.
          </p>
        ) : (
          <p>No asset carries it. You can make it again at any time.</p>
        )}
        <FormProblem error={remove.error} />
      </div>
      <DialogActions>
        {tag.assets > 0 && (
          <Button onPress={() => void navigate({ to: '/', search: { tag: tag.id } })}>Look at them first</Button>
        )}
        <Button onPress={onClose}>Cancel</Button>
        <Button kind="danger" busy={remove.isPending} onPress={() => remove.mutate(undefined)}>
          Delete the tag
        </Button>
      </DialogActions>
    </Dialog>
  );
}
