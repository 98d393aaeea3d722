import { keepPreviousData, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { type FormEvent, useState } from 'react';
import { api, ask } from '../api/client.ts';
import { type PolicyChanges, retentionPreviewQuery, retentionQuery } from '../api/retention-queries.ts';
import { formatCounted, formatMoment } from '../lib/format.ts';
import { useDebounced } from '../lib/use-debounced.ts';
import { FormProblem } from '../session/form-problem.tsx';
import { useCan, useNeeds } from '../session/session.ts';
import page from '../shell/page.module.css';
import { Button } from '../ui/button.tsx';
import { classNames } from '../ui/class-names.ts';
import { TextField } from '../ui/field.tsx';
import { ErrorState, Notice } from '../ui/states.tsx';
import { toast } from '../ui/toast-queue.ts';
import { ConfirmDialog } from './confirm-dialog.tsx';
import styles from './retention.module.css';
import {
  changesOf,
  countedFrom,
  keptInWords,
  type Policy,
  type Preview,
  previewInWords,
  readDays,
  thereIsInWords,
  titleOf,
  tracesInWords,
} from './retention-words.ts';

const settleMs = 350;

/** The policies, with what a change would delete said before it is saved. */
export function PoliciesForm({ items }: { items: readonly Policy[] }) {
  const queries = useQueryClient();
  const refusal = useNeeds()('retention.update', 'change how long things are kept');
  const [typed, setTyped] = useState<Readonly<Record<string, string>>>({});
  const [asking, setAsking] = useState<Preview>();
  const changes = changesOf(items, typed);
  const isChanged = changes !== undefined && Object.keys(changes).length > 0;
  const settled = useDebounced(JSON.stringify(changes ?? {}), settleMs);
  const preview = useQuery({
    ...retentionPreviewQuery(JSON.parse(settled) as PolicyChanges),
    enabled: isChanged,
    placeholderData: keepPreviousData,
  });
  const isSettled = settled === JSON.stringify(changes) && preview.data !== undefined && !preview.isPlaceholderData;
  const save = useMutation({
    meta: { quiet: true },
    mutationFn: ({ digest }: Preview) =>
      ask(api.PUT('/api/v1/retention/policies', { body: { policies: changes ?? {}, digest } })),
    onSuccess: (saved) => {
      queries.setQueryData(retentionQuery.queryKey, saved);
      setTyped({});
      setAsking(undefined);
      toast({ tone: 'good', title: 'The policies are saved' });
    },
    onSettled: () => void queries.invalidateQueries({ queryKey: ['retention'] }),
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (!isChanged || !isSettled || refusal) return;
    if (preview.data.total.assets > 0) setAsking(preview.data);
    else save.mutate(preview.data);
  };
  const waits = !isChanged
    ? 'Nothing is changed.'
    : preview.isError
      ? 'What it would delete could not be worked out.'
      : !isSettled && 'What it would delete is being worked out.';
  return (
    <form onSubmit={submit} aria-label="How long things are kept">
      <div className={page.tableBox}>
        <table className={classNames(page.table, styles.policies)}>
          <caption className="seen-by-readers-only">How long things of each class are kept</caption>
          <thead>
            <tr>
              <th scope="col">What</th>
              <th scope="col">There is now</th>
              <th scope="col">Days it is kept</th>
              <th scope="col">Decided</th>
            </tr>
          </thead>
          <tbody>
            {items.map((item) => (
              <PolicyRow
                key={item.class}
                item={item}
                typed={typed[item.class]}
                refusal={refusal}
                onType={(value) => setTyped({ ...typed, [item.class]: value })}
              />
            ))}
          </tbody>
        </table>
      </div>
      <div className={styles.foot} aria-live="polite">
        {isChanged && preview.data && <PreviewNotice preview={preview.data} />}
        {isChanged && preview.isError && (
          <ErrorState compact error={preview.error} what="The preview failed" onRetry={() => void preview.refetch()} />
        )}
        {!asking && <FormProblem error={save.error} />}
        <div className={styles.actions}>
          <Button
            type="submit"
            kind="primary"
            busy={save.isPending}
            disabledBecause={refusal || (changes ? waits : 'Some days are no number.')}
          >
            Save
          </Button>
          {Object.keys(typed).length > 0 && <Button onPress={() => setTyped({})}>Undo the changes</Button>}
        </div>
      </div>
      {asking && (
        <ConfirmDialog
          title="Save, and delete what is due?"
          verb="Save the policies"
          count={asking.total.assets}
          busy={save.isPending}
          error={save.error}
          onClose={() => setAsking(undefined)}
          onYes={() => save.mutate(asking)}
        >
          <p>{previewInWords(asking)}</p>
          <p>What is deleted cannot be brought back.</p>
        </ConfirmDialog>
      )}
    </form>
  );
}

function PreviewNotice({ preview }: { preview: Preview }) {
  const { total, held, moving, byClass, traces } = preview;
  const others = traces.flatMap((one) => tracesInWords(one) ?? []);
  const goes = total.assets > 0 || traces.some(({ entries, keptBecause }) => entries > 0 && !keptBecause);
  return (
    <Notice tone={goes ? 'warn' : 'info'}>
      {(total.assets > 0 || others.length === 0) && <strong>{previewInWords(preview)}</strong>}
      {byClass.length > 1 && (
        <div>
          {byClass.map(({ class: name, amount }) => `${titleOf(name)}: ${formatCounted(amount.assets, 'asset')}`).join(' · ')}
        </div>
      )}
      {others.map((line) => (
        <div key={line}>{line}</div>
      ))}
      {held.assets > 0 && <div>{formatCounted(held.assets, 'asset')} more would go, but a legal hold stands.</div>}
      {moving.assets > 0 && <div>{formatCounted(moving.assets, 'asset')} are on their way between tiers and go later.</div>}
    </Notice>
  );
}

function PolicyRow({
  item,
  typed,
  refusal,
  onType,
}: {
  item: Policy;
  typed: string | undefined;
  refusal: string | false;
  onType: (value: string) => void;
}) {
  const title = titleOf(item.class);
  const shown = typed ?? (item.keepDays === null ? '' : String(item.keepDays));
  const least = item.leastDays ?? 1;
  const isWrong = readDays(shown, least) === undefined;
  return (
    <tr>
      <th scope="row">
        {title}
        {item.settable && <span className={styles.from}>{countedFrom(item.class)}</span>}
      </th>
      <td data-label="There is now">{thereIsInWords(item)}</td>
      <td data-label="Days it is kept">
        {item.settable ? (
          <TextField
            label={`Days to keep: ${title}`}
            hideLabel
            small
            inputMode="numeric"
            placeholder="for ever"
            className={styles.days}
            value={shown}
            readOnly={refusal !== false}
            title={refusal || undefined}
            error={isWrong ? `${least} to 36500 days, or nothing for ever` : undefined}
            onChange={onType}
          />
        ) : (
          (item.keepDays !== null && keptInWords(item.keepDays)) || '–'
        )}
      </td>
      <td data-label="Decided" className={page.soft}>
        <Decided item={item} />
      </td>
    </tr>
  );
}

/** Who decided the days, or why they cannot be set; where to go instead, for whoever may. */
function Decided({ item: { class: name, note, changedBy, changedAt } }: { item: Policy }) {
  const may = useCan();
  if (note === null) return changedAt ? `by ${changedBy}, ${formatMoment(changedAt)}` : 'as the appliance came';
  if (name !== 'personal' || !may('erasure.read')) return note;
  return (
    <>
      {note} <Link to="/erasures">Erasures</Link>
    </>
  );
}
