import { useMutation, useQueryClient } from '@tanstack/react-query';
import { CircleAlert, CircleCheck, CircleDashed, CircleMinus, LoaderCircle, RotateCw } from 'lucide-react';
import { api, ask } from '../api/client.ts';
import { assetQuery } from '../api/queries.ts';
import type { Asset, LedgerStep } from '../api/types.ts';
import { formatAgo, formatCounted, formatMoment, formatSpan } from '../lib/format.ts';
import { stepStateWords, stepWords } from '../lib/words.ts';
import { useNeeds } from '../session/session.ts';
import { Button, IconButton } from '../ui/button.tsx';
import { toast } from '../ui/toast-queue.ts';
import styles from './tabs.module.css';

const icons = {
  waiting: CircleDashed,
  queued: CircleDashed,
  running: LoaderCircle,
  done: CircleCheck,
  skipped: CircleMinus,
  failed: CircleAlert,
};

/** Why is it like this? Every step: what it did, with which version, how long, what it cost, why it failed; and again. */
export function HistoryTab({ asset }: { asset: Asset }) {
  const cannot = useNeeds()('job.retry', 'run steps again');
  const queries = useQueryClient();
  const rerun = useMutation({
    mutationFn: (steps: LedgerStep['step'][] | undefined) =>
      ask(api.POST('/api/v1/assets/{id}/rerun', { params: { path: { id: asset.id } }, body: steps ? { steps } : {} })),
    onSuccess: ({ steps }) => {
      void queries.invalidateQueries({ queryKey: assetQuery(asset.id).queryKey });
      toast({
        tone: 'info',
        title: `${formatCounted(steps.length, 'step')} will run again`,
        detail: steps.map((step) => stepWords[step].title).join(', '),
      });
    },
  });
  const cost = asset.ledger.reduce((sum, step) => sum + (step.cpuMs ?? 0), 0);
  return (
    <div className={styles.tab}>
      <div className={styles.tools}>
        <div>
          {formatSpan(cost)} of processor time in all
          <div className={styles.stepNote}>Added {formatMoment(asset.addedAt)}</div>
        </div>
        <Button small icon={RotateCw} disabledBecause={cannot} busy={rerun.isPending} onPress={() => rerun.mutate(undefined)}>
          Run all again
        </Button>
      </div>
      <ol className={styles.steps}>
        {asset.ledger.map((step) => (
          <StepRow
            key={step.step}
            step={step}
            cannot={cannot}
            busy={rerun.isPending}
            onRerun={() => rerun.mutate([step.step])}
          />
        ))}
      </ol>
    </div>
  );
}

function StepRow({
  step,
  cannot,
  busy,
  onRerun,
}: {
  step: LedgerStep;
  cannot: string | false;
  busy: boolean;
  onRerun: () => void;
}) {
  const Icon = icons[step.state];
  const { title, does } = stepWords[step.step];
  const models = Object.entries(step.modelVersions).map(([name, version]) => `${name} ${version}`);
  const notes = [
    step.finishedAt && formatAgo(step.finishedAt),
    step.durationMs !== null && `took ${formatSpan(step.durationMs)}`,
    step.cpuMs !== null && `cost ${formatSpan(step.cpuMs)} of processor`,
    step.attempts > 1 && `${step.attempts} attempts`,
    `version ${step.stepVersion}`,
    ...models,
  ].filter(Boolean);
  const active = step.state === 'running' || step.state === 'queued';
  return (
    <li className={styles.step} data-state={step.state}>
      <Icon aria-hidden />
      <div className={styles.stepBody}>
        <h2 className={styles.stepTitle}>
          {title} <span>{stepStateWords[step.state]}</span>
        </h2>
        <p className={styles.stepText}>{step.errorMessage || step.outcome || `${does}.`}</p>
        {step.errorCode && <code className={styles.stepNote}>{step.errorCode}</code>}
        <p className={styles.stepNote}>{notes.join(' · ')}</p>
      </div>
      <IconButton
        small
        label={`Run ${title} again`}
        icon={RotateCw}
        hintPlacement="left"
        disabledBecause={cannot || (active && 'It is under way already.') || (busy && 'Being asked for.')}
        onPress={onRerun}
      />
    </li>
  );
}
