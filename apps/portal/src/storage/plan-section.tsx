import { useQuery } from '@tanstack/react-query';
import { CirclePause, Play } from 'lucide-react';
import { useState } from 'react';
import { planQuery } from '../api/storage-queries.ts';
import type { MovePlan, PlanTime, Tiers } from '../api/types.ts';
import { formatBytes, formatCount, formatCounted, formatMoment } from '../lib/format.ts';
import { Reading } from '../reading/reading.tsx';
import { useNeeds } from '../session/session.ts';
import page from '../shell/page.module.css';
import { Section } from '../shell/page.tsx';
import { Button } from '../ui/button.tsx';
import { SelectField } from '../ui/field.tsx';
import { EmptyState, Skeleton } from '../ui/states.tsx';
import styles from './plan.module.css';
import { PlanGroups } from './plan-groups.tsx';
import { PlanList } from './plan-list.tsx';
import { RunDialog } from './run-dialog.tsx';

const times: { value: PlanTime; label: string }[] = [
  { value: 'tonight', label: 'In the next window' },
  { value: 'now', label: 'If it ran now' },
];

/** What moves tonight, why, and what stays although a rule would move it. */
export function PlanSection({
  when,
  mover,
  onWhen,
  onExplain,
}: {
  when: PlanTime;
  mover: Tiers['mover'];
  onWhen: (when: PlanTime) => void;
  onExplain: (objectId: string) => void;
}) {
  const query = useQuery(planQuery(when));
  const refusal = useNeeds()('storage.update', 'move objects');
  const [asking, setAsking] = useState(false);
  const underWay = mover.lastRun?.endedAt === null && 'A run is under way. Its progress stands above.';
  const nothing = when === 'now' && query.data?.totalMoves === 0 && 'Nothing would move now.';
  return (
    <Section
      title={when === 'tonight' ? 'Tonight’s plan' : 'The plan of now'}
      aside={
        <span className={styles.tools}>
          <SelectField small label="Plan for" hideLabel value={when} options={times} onChange={onWhen} />
          <Button small icon={Play} disabledBecause={refusal || underWay || nothing} onPress={() => setAsking(true)}>
            Run now
          </Button>
        </span>
      }
    >
      <Reading query={query} what="the plan" failed="The plan could not be made" skeleton={<PlanSkeleton />} compact>
        {(plan) => <Plan plan={plan} mover={mover} onExplain={onExplain} />}
      </Reading>
      {asking && <RunDialog onClose={() => setAsking(false)} />}
    </Section>
  );
}

function Plan({ plan, mover, onExplain }: { plan: MovePlan; mover: Tiers['mover']; onExplain: (objectId: string) => void }) {
  return (
    <div className={page.card}>
      <PlanLead plan={plan} mover={mover} />
      {plan.reasons.length > 0 && (
        <ul className={styles.reasons} aria-label="What was found about the tiers">
          {plan.reasons.map((reason) => (
            <li key={reason}>{reason}</li>
          ))}
        </ul>
      )}
      {plan.totalMoves === 0 ? (
        <EmptyState compact icon={CirclePause} title="Nothing would move">
          {plan.reasons.length + plan.skipped.length === 0
            ? 'No tier is short of room, nothing is old enough to go down, and nothing is read so often that it should come up.'
            : 'What was found about the tiers stands above; what a rule would move, and why it stays, below.'}
        </EmptyState>
      ) : (
        <>
          <PlanGroups groups={plan.groups} />
          <PlanList plan={plan} onExplain={onExplain} />
        </>
      )}
      <Skipped plan={plan} />
    </div>
  );
}

function PlanLead({ plan, mover }: { plan: MovePlan; mover: Tiers['mover'] }) {
  return (
    <p className={styles.lead}>
      <strong>{formatCounted(plan.totalMoves, 'move')}</strong>, <strong>{formatBytes(plan.totalBytes)}</strong>
      {plan.when === 'tonight'
        ? `, as it would begin on ${formatMoment(plan.plannedFor)} if nothing changes before.`
        : ', as it would be now.'}{' '}
      {!mover.enabled &&
        'Moving by itself is switched off (mover.enabled in config/appliance.yaml): this happens only when somebody runs it.'}
    </p>
  );
}

function Skipped({ plan }: { plan: MovePlan }) {
  if (plan.skipped.length === 0) return null;
  return (
    <div className={styles.skipped}>
      <h3>What a rule would move, and stays</h3>
      <ul>
        {plan.skipped.map(({ reason, count, bytes }) => (
          <li key={reason}>
            <span>{reason}</span>
            <span>
              {formatCount(count)} <span className={page.faint}>{formatBytes(bytes)}</span>
            </span>
          </li>
        ))}
      </ul>
    </div>
  );
}

function PlanSkeleton() {
  return (
    <div className={page.card} style={{ display: 'grid', gap: 18 }}>
      {['46%', '72%', '68%', '74%', '64%', '70%'].map((width) => (
        <Skeleton key={width} width={width} />
      ))}
    </div>
  );
}
