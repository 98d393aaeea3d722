import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { Eraser, RotateCw } from 'lucide-react';
import { type FormEvent, useState } from 'react';
import { api, ask } from '../api/client.ts';
import { erasurePreviewQuery, erasuresQuery } from '../api/erasure-queries.ts';
import { formatCounted } from '../lib/format.ts';
import { Reading } from '../reading/reading.tsx';
import { FormProblem } from '../session/form-problem.tsx';
import { useSession } from '../session/session.ts';
import { Button } from '../ui/button.tsx';
import { DialogActions } from '../ui/dialog.tsx';
import { TextArea, TextField } from '../ui/field.tsx';
import { Notice, Skeleton } from '../ui/states.tsx';
import { toast } from '../ui/toast-queue.ts';
import { namesSubject, type Reach, reachInWords, type Subject, staysInWords } from './erasure-words.ts';
import styles from './erasures.module.css';

interface QuestionProps {
  subject: Subject;
  /** The words of the way back, and where it leads. */
  back: { words: string; go: () => void };
  onBegun: (erasureId: string) => void;
}

/** Shows what an erasure would take, and begins it once the subject's name is typed. */
export function EraseQuestion({ subject, back, onBegun }: QuestionProps) {
  const { kind, id } = subject;
  const query = useQuery(erasurePreviewQuery({ kind, id }));
  const looking = query.isFetching;
  return (
    <Reading
      query={looking ? { ...query, data: undefined } : query}
      what="what it would take"
      failed="What it would take could not be worked out"
      skeleton={<QuestionSkeleton />}
      compact
    >
      {(reach) => (
        <Question subject={subject} back={back} onBegun={onBegun} reach={reach} onLook={() => void query.refetch()} />
      )}
    </Reading>
  );
}

function Question({ subject, back, onBegun, reach, onLook }: QuestionProps & { reach: Reach; onLook: () => void }) {
  const [typed, setTyped] = useState('');
  const [reason, setReason] = useState('');
  const { account } = useSession();
  const request = useRequest(subject, onBegun);
  const missing =
    (reach.held > 0 && 'A legal hold stands in the way.') ||
    (!namesSubject(typed, subject) && `Type ${subject.confirm} first.`);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (!missing && !request.isPending) request.mutate({ assets: reach.assets, reason: reason.trim() });
  };
  return (
    <form onSubmit={submit} className={styles.form}>
      <ul className={styles.reach} aria-label="What it takes">
        {reachInWords(subject, reach).map((sentence) => (
          <li key={sentence}>{sentence}</li>
        ))}
        <li>{staysInWords(subject)}</li>
      </ul>
      {reach.held > 0 ? (
        <Notice tone="bad">
          {reach.held === 1 ? '1 of them is' : `${formatCounted(reach.held, 'asset')} are`} under a legal hold. As long as it
          stands nothing is erased, also nothing else of this. <Link to="/retention">See the legal holds</Link>
        </Notice>
      ) : (
        <>
          {subject.id === account.id && <Notice tone="warn">This is you. You can add nothing here afterwards.</Notice>}
          <Notice tone="warn">It cannot be stopped once it has begun, and not undone.</Notice>
          <TextArea
            label="Reason"
            optional
            help="Kept for good with the record of the erasure: write nothing that should be forgotten."
            maxLength={1000}
            rows={2}
            value={reason}
            onChange={setReason}
          />
          <TextField
            label={`Type ${subject.confirm} to confirm`}
            autoComplete="off"
            autoCapitalize="none"
            spellCheck={false}
            value={typed}
            onChange={setTyped}
          />
        </>
      )}
      <FormProblem error={request.error} />
      <DialogActions>
        <Button onPress={back.go}>{back.words}</Button>
        {request.error ? (
          <Button icon={RotateCw} onPress={onLook}>
            Look again
          </Button>
        ) : (
          <Button type="submit" kind="danger" icon={Eraser} busy={request.isPending} disabledBecause={missing}>
            {reach.assets > 0 ? `Erase ${formatCounted(reach.assets, 'asset')}` : 'Erase'}
          </Button>
        )}
      </DialogActions>
    </form>
  );
}

/** Asks for an erasure of as many assets as were shown; refused where it would be another number by now. */
function useRequest({ kind, id, name }: Subject, onBegun: (erasureId: string) => void) {
  const queries = useQueryClient();
  return useMutation({
    meta: { quiet: true },
    mutationFn: (asked: { assets: number; reason: string }) =>
      ask(api.POST('/api/v1/erasures', { body: { kind, id, ...asked } })),
    onSuccess: (begun) => {
      toast({ tone: 'info', title: `“${name}” is being erased`, detail: 'It goes on when you leave the page.' });
      onBegun(begun.id);
    },
    onSettled: () => queries.invalidateQueries({ queryKey: erasuresQuery.queryKey }),
  });
}

function QuestionSkeleton() {
  return (
    <div className={styles.form}>
      {['92%', '80%', '86%', '60%'].map((width) => (
        <Skeleton key={width} width={width} />
      ))}
      <Skeleton height={84} />
    </div>
  );
}
