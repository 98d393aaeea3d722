import { useQuery } from '@tanstack/react-query';
import { Cpu, Rows3 } from 'lucide-react';
import { coreLoadQuery } from '../api/cores-queries.ts';
import type { Cores, Trial, Workload } from '../api/types.ts';
import { LiveMark } from '../reading/live-mark.tsx';
import { Section } from '../shell/page.tsx';
import { IconButton } from '../ui/button.tsx';
import { Notice } from '../ui/states.tsx';
import styles from './box.module.css';
import type { BoxAddress } from './box-address.ts';
import { CpuTable } from './cpu-table.tsx';
import { Die, type DieState } from './die.tsx';
import { loadsOf, ownersOf } from './die-shape.ts';
import type { DriftMarks } from './drift-marks.ts';

/** The drawing or the table, with the load of this second. */
export function PackageSection({
  cores,
  title,
  trial,
  drift,
  workloads,
  view,
  change,
}: {
  cores: Cores;
  title: string;
  trial: Trial | undefined;
  drift: DriftMarks;
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
    drift,
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
    <Section title={title} aside={aside}>
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
      <Rings state={state} />
    </Section>
  );
}

/** What the rings around cores mean, where there are any. */
function Rings({ state: { moved, drift } }: { state: DieState }) {
  const hasDrift = drift.cpus.size > 0 || drift.isWhole;
  if (moved.size === 0 && !hasDrift) return null;
  return (
    <ul className={styles.rings} aria-label="Rings">
      {moved.size > 0 && (
        <li>
          <span className={styles.ring} aria-hidden /> changes hands
        </li>
      )}
      {hasDrift && (
        <li>
          <span className={styles.ring} data-drift="" aria-hidden /> departs from the plan: see Drift
        </li>
      )}
    </ul>
  );
}
