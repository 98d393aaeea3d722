import { Link } from '@tanstack/react-router';
import { HeartPulse, RotateCcw } from 'lucide-react';
import type { DomainDetail, DriftRecord } from '../api/reconcile-types.ts';
import { formatAgo, formatCounted, formatMoment, formatSpan } from '../lib/format.ts';
import { useNow } from '../reading/use-now.ts';
import { useNeeds } from '../session/session.ts';
import page from '../shell/page.module.css';
import { Section } from '../shell/page.tsx';
import { Button } from '../ui/button.tsx';
import { Badge } from '../ui/marks.tsx';
import { driftWords, healingText } from './change-words.ts';
import styles from './drift.module.css';
import { useHeal } from './use-changes.ts';

/** How the machine departs from what is declared: what was expected, what is, since when, why, and what helps. Nothing where it does not. */
export function DriftSection({ detail, onApplyAnew }: { detail: DomainDetail; onApplyAnew: () => void }) {
  const { domain, drift, checkedAt, hostControl } = detail;
  const now = useNow(20_000);
  const needs = useNeeds();
  const heal = useHeal(domain);
  if (drift.length === 0) return null;
  const refusal =
    needs('box.change', 'change the box') ||
    (!hostControl.available && `Host control unavailable: ${hostControl.reason ?? 'not known why'}`) ||
    (detail.pending !== null && 'A change waits to be kept: keep it or take it back first.');
  const healable = drift.filter(({ healing }) => healing === 'self').length;
  return (
    <Section
      title={`Drift: ${formatCounted(drift.length, 'departure')} from the plan`}
      aside={
        <span className={styles.aside}>
          {checkedAt && `looked at ${formatAgo(checkedAt, now)}`}
          {healable > 1 && (
            <Button small icon={HeartPulse} busy={heal.isPending} disabledBecause={refusal} onPress={() => heal.mutate({})}>
              Heal what can be healed
            </Button>
          )}
        </span>
      }
    >
      <ul className={`${page.card} ${styles.list}`}>
        {drift.map((record) => (
          <Departure
            key={`${record.kind} ${record.subject}`}
            record={record}
            now={now}
            refusal={refusal}
            isHealing={heal.isPending}
            onHeal={() => heal.mutate({ kind: record.kind, subject: record.subject })}
            onApplyAnew={onApplyAnew}
          />
        ))}
      </ul>
    </Section>
  );
}

function Departure({
  record,
  now,
  refusal,
  isHealing,
  onHeal,
  onApplyAnew,
}: {
  record: DriftRecord;
  now: number;
  refusal: string | false;
  isHealing: boolean;
  onHeal: () => void;
  onApplyAnew: () => void;
}) {
  const { kind, subject, expected, seen, since, cause, remedy, healing } = record;
  const { title, means } = driftWords[kind];
  return (
    <li className={styles.record}>
      <div className={styles.head}>
        <Badge tone="warn">{title}</Badge>
        <strong className={styles.subject}>{subject}</strong>
        <span className={styles.since} title={formatMoment(since)}>
          for {formatSpan(Math.max(0, now - Date.parse(since)))}
        </span>
      </div>
      <dl className={styles.facts}>
        <Fact name="Expected" value={expected} isCode />
        <Fact name="Seen" value={seen} isCode />
        <Fact name="What it means" value={means} />
        <Fact name="Likely cause" value={cause} />
        <Fact name="Remedy" value={remedy} />
      </dl>
      <div className={styles.foot}>
        <span>{healingText(record)}</span>
        {healing === 'self' ? (
          <Button
            small
            icon={HeartPulse}
            busy={isHealing}
            disabledBecause={refusal}
            aria-label={`Heal now: ${subject}`}
            onPress={onHeal}
          >
            Heal now
          </Button>
        ) : kind === 'U' ? (
          <Link to="/box/services">Restart it under Services</Link>
        ) : (
          (kind === 'F' || kind === 'H') && (
            <Button
              small
              icon={RotateCcw}
              disabledBecause={refusal}
              aria-label={`Apply the plan anew… for ${subject}`}
              onPress={onApplyAnew}
            >
              Apply the plan anew…
            </Button>
          )
        )}
      </div>
    </li>
  );
}

function Fact({ name, value, isCode }: { name: string; value: string; isCode?: boolean }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{isCode ? <code>{value}</code> : value}</dd>
    </div>
  );
}
