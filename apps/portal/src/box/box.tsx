import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { coreLoadQuery, coreTrialQuery } from '../api/cores-queries.ts';
import type { DomainDetail } from '../api/reconcile-types.ts';
import type { Cores } from '../api/types.ts';
import { ApplyDialog } from '../changes/apply-dialog.tsx';
import { ControlNotice } from '../changes/control-notice.tsx';
import { DriftSection } from '../changes/drift-section.tsx';
import { LastChange } from '../changes/last-change.tsx';
import { applyRefusal } from '../changes/refusal.ts';
import { writeTriedValues } from '../changes/tried-values.ts';
import { useControl } from '../changes/use-control.ts';
import { useDebounced } from '../lib/use-debounced.ts';
import { Figures } from '../reading/figures.tsx';
import { usePageAddress } from '../reading/page-address.ts';
import { Section } from '../shell/page.tsx';
import { ErrorState, Notice } from '../ui/states.tsx';
import styles from './box.module.css';
import { readBoxAddress, readTried } from './box-address.ts';
import { boxFigures } from './box-figures.ts';
import { onlyChanged, pendingThreads, threadValues, whatFits, withBudget } from './budgets.ts';
import { BudgetsSection, TryProfile } from './budgets-section.tsx';
import { driftMarks } from './drift-marks.ts';
import { Obstacle, OutcomeSection } from './outcome-section.tsx';
import { PackageSection } from './package-section.tsx';
import { ProposalSection } from './proposal-section.tsx';
import { ReasonsSection } from './reasons-section.tsx';

/** The machine with its plan, and what is tried. */
export function Box({ cores }: { cores: Cores }) {
  const [address, change] = usePageAddress(readBoxAddress);
  const [applying, setApplying] = useState<'tried' | 'declared'>();
  const control = useControl('cores');
  const pending = control.detail?.pending ?? null;
  const isDeclared = cores.workloads.length > 0;
  const profile = isDeclared ? undefined : address.profile;
  const workloads = isDeclared ? cores.workloads : (cores.trials.find((trial) => trial.profile === profile)?.workloads ?? []);
  const settled = useDebounced(address.try, 120);
  // What waits to be kept is what the machine does now, so that is drawn unless something else is tried.
  const waiting = pendingThreads(pending, workloads);
  const triedIn = (text: string | undefined) => onlyChanged(workloads, text === undefined ? waiting : readTried(text));
  const tried = triedIn(address.try);
  const isTrying = workloads.length > 0 && (profile !== undefined || Object.keys(tried).length > 0);
  const trial = useQuery({
    ...coreTrialQuery({ ...(profile ? { profile } : {}), threads: triedIn(settled) }),
    enabled: isTrying,
    placeholderData: keepPreviousData,
  });
  const seen = isTrying ? trial.data : undefined;
  const plan = seen ? (seen.after ?? seen.before) : cores.plan;
  const setTried = (threads: Record<string, number>) => change({ try: writeTriedValues(threads) });
  const declared = Object.fromEntries(workloads.map(({ id, threads }) => [id, threads]));
  const drift = driftMarks(control.detail?.drift ?? [], cores.plan?.assignments);
  const isChanged = Object.keys(tried).length > 0;
  const shown =
    pending && isChanged && isSame(tried, waiting) ? 'as it is now, not kept yet' : seen?.after && 'with these budgets';
  return (
    <>
      <Measured cores={cores} plan={plan} isShort={(seen ?? cores).obstacle !== null} detail={control.detail} />
      <div className={styles.notice}>
        <ControlNotice control={control} />
      </div>
      {!isDeclared && (
        <TryProfile trials={cores.trials} profile={profile} onProfile={(next) => change({ profile: next, try: undefined })} />
      )}
      {cores.obstacle && !isTrying && (
        <Section title="The declared budgets have no plan">
          <Obstacle obstacle={cores.obstacle} declared={declared} onUse={(nearest) => setTried(whatFits(workloads, nearest))} />
        </Section>
      )}
      <div className={workloads.length > 0 ? styles.pair : undefined}>
        <div className={styles.head}>
          <PackageSection
            cores={cores}
            title={['The package', shown].filter(Boolean).join(' ')}
            trial={seen}
            drift={drift}
            workloads={workloads}
            view={address.view}
            change={change}
          />
          {control.detail && <DriftSection detail={control.detail} onApplyAnew={() => setApplying('declared')} />}
        </div>
        {workloads.length > 0 && (
          <div className={styles.beside}>
            <BudgetsSection
              cores={cores}
              workloads={workloads}
              tried={tried}
              assignments={plan?.assignments}
              drift={drift}
              onTry={(id, threads) => setTried(withBudget(workloads, tried, id, threads))}
              onReset={() => setTried({})}
              applyRefusal={applyRefusal(control, { isDeclared, isChanged, isShort: (seen ?? cores).obstacle !== null })}
              onApply={() => setApplying(isChanged ? 'tried' : 'declared')}
            />
          </div>
        )}
        <div className={styles.after}>
          {isTrying && trial.fetchStatus === 'paused' && (
            <div className={styles.notice}>
              <Notice tone="warn">You are offline: these budgets are tried once you are online again.</Notice>
            </div>
          )}
          {isTrying && trial.isError && (
            <ErrorState
              error={trial.error}
              what="These budgets could not be tried"
              onRetry={() => void trial.refetch()}
              compact
            />
          )}
          {seen && (
            <OutcomeSection trial={seen} declared={declared} onUse={(nearest) => setTried(whatFits(workloads, nearest))} />
          )}
          {plan && workloads.length > 0 && <ReasonsSection plan={plan} workloads={workloads} />}
          {isDeclared && <ProposalSection onTry={(threads) => setTried(onlyChanged(workloads, threads))} />}
          <LastChange domain="cores" />
        </div>
      </div>
      {applying && (
        <ApplyDialog
          domain="cores"
          title={applying === 'tried' ? 'Apply these budgets' : 'Apply the declared budgets anew'}
          values={applying === 'tried' ? threadValues(tried) : {}}
          onClose={() => setApplying(undefined)}
        />
      )}
    </>
  );
}

function isSame(one: Readonly<Record<string, number>>, other: Readonly<Record<string, number>>): boolean {
  return writeTriedValues(one) === writeTriedValues(other);
}

function Measured({
  cores,
  plan,
  isShort,
  detail,
}: {
  cores: Cores;
  plan: Cores['plan'];
  isShort: boolean;
  detail: DomainDetail | undefined;
}) {
  const { data, isError } = useQuery(coreLoadQuery);
  const load = isError ? null : (data ?? cores.load);
  return <Figures label="The box at a glance" figures={boxFigures(cores, plan, isShort, load, detail)} />;
}
