import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { Cpu, Rows3 } from 'lucide-react';
import { coreLoadQuery, coreTrialQuery } from '../api/cores-queries.ts';
import type { Cores, Trial, Workload } from '../api/types.ts';
import { useDebounced } from '../lib/use-debounced.ts';
import { Figures } from '../reading/figures.tsx';
import { LiveMark } from '../reading/live-mark.tsx';
import { usePageAddress } from '../reading/page-address.ts';
import { Section } from '../shell/page.tsx';
import { IconButton } from '../ui/button.tsx';
import { ErrorState, Notice } from '../ui/states.tsx';
import styles from './box.module.css';
import { type BoxAddress, readBoxAddress, readTried, writeTried } from './box-address.ts';
import { boxFigures } from './box-figures.ts';
import { whatFits, withBudget } from './budgets.ts';
import { BudgetsSection, TryProfile } from './budgets-section.tsx';
import { CpuTable } from './cpu-table.tsx';
import { Die, type DieState } from './die.tsx';
import { loadsOf, ownersOf } from './die-shape.ts';
import { Obstacle, OutcomeSection } from './outcome-section.tsx';
import { ReasonsSection } from './reasons-section.tsx';

/** The machine with its plan, and what is tried. */
export function Box({ cores }: { cores: Cores }) {
  const [address, change] = usePageAddress(readBoxAddress);
  const isDeclared = cores.workloads.length > 0;
  const profile = isDeclared ? undefined : address.profile;
  const workloads = isDeclared ? cores.workloads : (cores.trials.find((trial) => trial.profile === profile)?.workloads ?? []);
  const tried = readTried(address.try);
  const isTrying = workloads.length > 0 && (profile !== undefined || Object.keys(tried).length > 0);
  const settled = useDebounced(address.try, 120);
  const trial = useQuery({
    ...coreTrialQuery({ ...(profile ? { profile } : {}), threads: readTried(settled) }),
    enabled: isTrying,
    placeholderData: keepPreviousData,
  });
  const seen = isTrying ? trial.data : undefined;
  const plan = seen ? (seen.after ?? seen.before) : cores.plan;
  const setTried = (threads: Record<string, number>) => change({ try: writeTried(threads) });
  const declared = Object.fromEntries(workloads.map(({ id, threads }) => [id, threads]));
  return (
    <>
      <Measured cores={cores} plan={plan} isShort={(seen ?? cores).obstacle !== null} />
      <div className={styles.notice}>
        {!cores.hostControl.available && (
          <Notice>Host control unavailable: {cores.hostControl.reason ?? 'not known why.'}</Notice>
        )}
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
        <PackageSection cores={cores} trial={seen} workloads={workloads} view={address.view} change={change} />
        {workloads.length > 0 && (
          <div className={styles.beside}>
            <BudgetsSection
              cores={cores}
              workloads={workloads}
              tried={tried}
              assignments={plan?.assignments}
              onTry={(id, threads) => setTried(withBudget(workloads, tried, id, threads))}
              onReset={() => setTried({})}
            />
          </div>
        )}
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
      </div>
    </>
  );
}

function Measured({ cores, plan, isShort }: { cores: Cores; plan: Cores['plan']; isShort: boolean }) {
  const { data, isError } = useQuery(coreLoadQuery);
  const load = isError ? null : (data ?? cores.load);
  return <Figures label="The box at a glance" figures={boxFigures(cores, plan, isShort, load)} />;
}

/** The drawing or the table, with the load of this second. */
function PackageSection({
  cores,
  trial,
  workloads,
  view,
  change,
}: {
  cores: Cores;
  trial: Trial | undefined;
  workloads: readonly Workload[];
  view: BoxAddress['view'];
  change: (change: Partial<BoxAddress>) => void;
}) {
  const query = useQuery(coreLoadQuery);
  const load = query.isError ? null : (query.data ?? cores.load);
  const plan = trial ? (trial.after ?? trial.before) : cores.plan;
  const state: DieState = {
    owners: ownersOf(plan?.assignments),
    reserve: workloads.find((workload) => workload.class === 'reserve')?.id ?? 'reserve',
    loads: loadsOf(load),
    moved: new Set(trial?.before && trial.after ? trial.after.changes.flatMap(({ gained }) => gained) : []),
  };
  const aside = (
    <>
      <LiveMark readAtMs={load ? Date.parse(load.at) : query.errorUpdatedAt || Date.now()} failed={query.isError} />
      <span className={styles.views}>
        <IconButton
          label="Show as a drawing"
          icon={Cpu}
          small
          pressed={view !== 'table'}
          onPress={() => change({ view: undefined })}
        />
        <IconButton
          label="Show as a table"
          icon={Rows3}
          small
          pressed={view === 'table'}
          onPress={() => change({ view: 'table' })}
        />
      </span>
    </>
  );
  return (
    <Section title={trial?.after ? 'The package with these budgets' : 'The package'} aside={aside}>
      {!load && (
        <div className={styles.notice}>
          <Notice tone="warn">The load is not known. {cores.loadProblem}</Notice>
        </div>
      )}
      {view === 'table' ? (
        <CpuTable topology={cores.topology} state={state} />
      ) : (
        <Die topology={cores.topology} state={state} />
      )}
    </Section>
  );
}
