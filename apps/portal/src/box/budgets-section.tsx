import type { CSSProperties } from 'react';
import { useBoxSample } from '../api/hardware-queries.ts';
import type { Cores, Workload } from '../api/types.ts';
import { ResetTrial } from '../changes/trial-actions.tsx';
import { formatCounted } from '../lib/format.ts';
import { workloadColour } from '../lib/workload-colours.ts';
import page from '../shell/page.module.css';
import { Section } from '../shell/page.tsx';
import { Button } from '../ui/button.tsx';
import { SelectField } from '../ui/field.tsx';
import type { TriedProfile } from './box-address.ts';
import { cpusInWords } from './box-words.ts';
import { BudgetRow } from './budget-row.tsx';
import styles from './budgets.module.css';
import { type Budget, budgetsOf } from './budgets.ts';
import type { DriftMarks } from './drift-marks.ts';
import { slicesInWords } from './slice-words.ts';

/** What each workload gets, to be tried otherwise before anything is put in force. */
export function BudgetsSection({
  cores,
  workloads,
  tried,
  assignments,
  drift,
  onTry,
  onReset,
  applyRefusal,
  onApply,
}: {
  cores: Cores;
  workloads: readonly Workload[];
  tried: Readonly<Record<string, number>>;
  assignments: Readonly<Record<string, number[]>> | undefined;
  drift: DriftMarks;
  onTry: (id: string, threads: number) => void;
  onReset: () => void;
  /** Why nothing can be applied now. */
  applyRefusal: string | false;
  onApply: () => void;
}) {
  const budgets = budgetsOf(workloads, tried, cores.topology.cores);
  const online = cores.topology.cores.reduce((sum, { cpus }) => sum + cpus.length, 0);
  const reserve = workloads.find((workload) => workload.class === 'reserve');
  const loads = slicesInWords(useBoxSample().data);
  const isChanged = Object.keys(tried).length > 0;
  return (
    <Section
      title="Budgets"
      aside={
        <span className={styles.reset}>
          <ResetTrial what="budgets" isChanged={isChanged} onReset={onReset} />
        </span>
      }
    >
      <div className={page.card}>
        <Shares budgets={budgets} online={online} />
        <ul className={styles.rows}>
          {budgets.map((budget) => (
            <BudgetRow
              key={budget.workload.id}
              budget={budget}
              most={online}
              cpus={assignments?.[budget.workload.id]}
              drift={drift.workloads.get(budget.workload.id)}
              load={loads.get(budget.workload.id)}
              onChange={(threads) => onTry(budget.workload.id, threads)}
            />
          ))}
        </ul>
        <Reserve reserve={reserve} cpus={assignments?.[reserve?.id ?? 'reserve']} />
        <div className={styles.actions}>
          <Button kind="primary" disabledBecause={applyRefusal} onPress={onApply}>
            Apply…
          </Button>
        </div>
      </div>
    </Section>
  );
}

/** All budgets beside each other, on the machine's threads. */
function Shares({ budgets, online }: { budgets: readonly Budget[]; online: number }) {
  const asked = budgets.reduce((sum, { threads }) => sum + threads, 0);
  const whole = Math.max(asked, online);
  return (
    <div className={styles.shares}>
      <div className={styles.bar} aria-hidden>
        {budgets.map(({ workload: { id }, threads }) => (
          <div
            key={id}
            style={{ inlineSize: `${(100 * threads) / whole}%`, '--colour': workloadColour(id) } as CSSProperties}
          />
        ))}
        {asked > online && <span className={styles.end} style={{ insetInlineStart: `${(100 * online) / whole}%` }} />}
      </div>
      <p data-tone={asked > online ? 'bad' : undefined}>
        {asked} of {formatCounted(online, 'thread')} in budgets
        {asked > online ? `, ${asked - online} too many` : `, ${online - asked} left`}
      </p>
    </div>
  );
}

function Reserve({ reserve, cpus = [] }: { reserve: Workload | undefined; cpus: readonly number[] | undefined }) {
  return (
    <div className={styles.reserve}>
      <span className={styles.swatch} data-free="" aria-hidden />
      <strong>{reserve?.id ?? 'reserve'}</strong>
      <span className={styles.means}>what is left, kept free</span>
      <span className={styles.cpus}>
        {cpus.length > 0 ? `${formatCounted(cpus.length, 'thread')}: CPU ${cpusInWords(cpus)}` : 'nothing'}
        {reserve && `, declared ${reserve.threads}`}
      </span>
    </div>
  );
}

/** Where nothing is declared: what declaring would give, and profiles to try. */
export function TryProfile({
  trials,
  profile,
  onProfile,
}: {
  trials: Cores['trials'];
  profile: TriedProfile | undefined;
  onProfile: (profile: TriedProfile | undefined) => void;
}) {
  return (
    <Section title="Nobody has cores of their own">
      <div className={page.card}>
        <div className={styles.pitch}>
          <p>
            The manifest declares no workloads, so everybody runs everywhere. Declared ones get whole cores of their own: what
            somebody waits for keeps its cache, and what is noisy cannot disturb it. Try the budgets of a profile on this
            machine; nothing is changed.
          </p>
          <SelectField
            label="Budgets of"
            value={profile ?? 'none'}
            options={[
              { value: 'none', label: 'no profile' },
              ...trials.map((trial) => ({ value: trial.profile, label: trial.profile })),
            ]}
            onChange={(value) => onProfile(value === 'ryzen-7950x-4090' || value === 'epyc-two-socket' ? value : undefined)}
          />
        </div>
      </div>
    </Section>
  );
}
