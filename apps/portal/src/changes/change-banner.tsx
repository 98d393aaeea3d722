import { useQuery } from '@tanstack/react-query';
import { Check, Hourglass, Undo2 } from 'lucide-react';
import { domainsQuery } from '../api/reconcile-queries.ts';
import type { DomainSummary, PendingChange } from '../api/reconcile-types.ts';
import { useLiveState, useOnline } from '../lib/online.ts';
import { useNow } from '../reading/use-now.ts';
import { useNeeds } from '../session/session.ts';
import { Button } from '../ui/button.tsx';
import styles from './banner.module.css';
import { changesText, clockText, countdownText } from './change-words.ts';
import { useDecide } from './use-changes.ts';
import { useTellOutcome } from './use-tell-outcome.ts';

/** On every page, for all who may see the box: a change waits to be kept, until when, and what becomes of it otherwise. */
export function ChangeBanner() {
  const query = useQuery(domainsQuery);
  useTellOutcome(query.data?.domains);
  const domains = query.data?.domains ?? [];
  return domains.map((domain) => {
    if (domain.state === 'rolling-back') return <GoingBack key={domain.domain} domain={domain} />;
    const isFirst = domains.find(({ pending }) => pending?.changeId === domain.pending?.changeId) === domain;
    return domain.pending && isFirst ? (
      <Waiting
        key={domain.domain}
        domain={domain}
        pending={domain.pending}
        readAtMs={query.dataUpdatedAt}
        isUnread={query.isError}
      />
    ) : null;
  });
}

function Waiting({
  domain: { domain, title },
  pending,
  readAtMs,
  isUnread,
}: {
  domain: DomainSummary;
  pending: PendingChange;
  readAtMs: number;
  isUnread: boolean;
}) {
  const now = useNow(250);
  // Counted from when the answer came: the clock of this machine may be another.
  const endsAtMs = pending.secondsLeft === null ? undefined : readAtMs + pending.secondsLeft * 1000;
  const left = endsAtMs === undefined ? undefined : (endsAtMs - now) / 1000;
  const live = useLiveState();
  const isAway = !useOnline() || live === 'lost' || isUnread;
  const needs = useNeeds();
  const refusal =
    needs('box.change', 'change the box') ||
    (left === undefined ? 'It is being put in force.' : left <= 0 && 'Its time is over.');
  const keep = useDecide(domain, 'confirm');
  const revert = useDecide(domain, 'revert');
  return (
    <section className={styles.banner} aria-label={`A change of ${title} waits`}>
      <Hourglass size={16} aria-hidden />
      <div className={styles.words}>
        <p role="status">
          <strong>{title} changed, not kept yet:</strong> {changesText(pending.changes)}. By {pending.by}.
        </p>
        <p className={styles.until}>{untilText(endsAtMs, now, isAway)}</p>
      </div>
      {left !== undefined && <Countdown left={left} />}
      <span className={styles.actions}>
        <Button
          small
          kind="primary"
          icon={Check}
          busy={keep.isPending}
          disabledBecause={refusal}
          onPress={() => keep.mutate(pending.changeId)}
        >
          Keep
        </Button>
        <Button
          small
          icon={Undo2}
          busy={revert.isPending}
          disabledBecause={refusal}
          onPress={() => revert.mutate(pending.changeId)}
        >
          Revert now
        </Button>
      </span>
      <span className={styles.left} style={{ inlineSize: `${shareLeft(pending, left)}%` }} aria-hidden />
    </section>
  );
}

/** What becomes of a change that nobody keeps, and when; also where nobody can be asked. */
function untilText(endsAtMs: number | undefined, now: number, isAway: boolean): string {
  if (endsAtMs === undefined) return isAway ? 'The appliance is out of reach.' : 'It is being put in force.';
  const at = clockText(endsAtMs);
  if (!isAway) return endsAtMs > now ? `Goes back by itself at ${at}.` : 'Goes back now.';
  return endsAtMs > now
    ? `The appliance is out of reach. The box goes back by itself at ${at}, also without it.`
    : `The appliance is out of reach. Unless somebody kept it, the box went back at ${at}.`;
}

function shareLeft({ startedAt, deadline }: PendingChange, left: number | undefined): number {
  const whole = (Date.parse(deadline ?? startedAt) - Date.parse(startedAt)) / 1000;
  return whole > 0 && left !== undefined ? Math.min(100, Math.max(0, (100 * left) / whole)) : 0;
}

/** Counts for the eye each second, and aloud only at a few. */
function Countdown({ left }: { left: number }) {
  const said = [10, 30, 60].find((mark) => left <= mark && left > mark - 5);
  return (
    <>
      <span className={styles.countdown} role="timer" aria-live="off" aria-label="Time left to keep it">
        {countdownText(left)}
      </span>
      <span className="seen-by-readers-only" aria-live="polite">
        {said === undefined ? '' : `${said} seconds left to keep the change.`}
      </span>
    </>
  );
}

function GoingBack({ domain: { title, generation } }: { domain: DomainSummary }) {
  return (
    <section className={styles.banner} data-tone="warn" aria-label={`A change of ${title} goes back`}>
      <Undo2 size={16} aria-hidden />
      <p className={styles.words} role="status">
        <strong>{title} goes back</strong>
        {generation !== null && ` to generation ${generation}`}. Nothing else can be changed until that is done.
      </p>
    </section>
  );
}
