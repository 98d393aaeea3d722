import { useQuery } from '@tanstack/react-query';
import { forecastQuery, tiersQuery } from '../api/storage-queries.ts';
import type { Tiers } from '../api/types.ts';
import { formatBytes, formatCount, formatCounted, formatMoment } from '../lib/format.ts';
import { type Figure, Figures, FiguresSkeleton } from '../reading/figures.tsx';
import { LiveMark } from '../reading/live-mark.tsx';
import { usePageAddress } from '../reading/page-address.ts';
import { Reading } from '../reading/reading.tsx';
import { useCan } from '../session/session.ts';
import { Page, Section } from '../shell/page.tsx';
import { NoPermission, Skeleton } from '../ui/states.tsx';
import { AgeSection } from './age-section.tsx';
import { FlowSection } from './flow-section.tsx';
import { ForecastSection } from './forecast-section.tsx';
import { MoveSection } from './move-section.tsx';
import { ObjectDrawer } from './object-drawer.tsx';
import { PlanSection } from './plan-section.tsx';
import { ProblemSection } from './problem-section.tsx';
import { PastRuns, RunNow } from './run-section.tsx';
import styles from './storage.module.css';
import { readStorageAddress, type StorageAddress } from './storage-address.ts';
import { TierCard } from './tier-card.tsx';

const lead =
  'Everything new is stored on the first tier. What nobody reads goes down to larger disks, what is read often comes up again; a copy is read back before the old one goes.';

/** What lies where, what moves tonight? */
export function StoragePage() {
  const may = useCan();
  return (
    <Page title="Storage" lead={lead}>
      {may('storage.read') ? <Storage /> : <NoPermission what="Storage is not for your role" needs="storage.read" />}
    </Page>
  );
}

function Storage() {
  const query = useQuery(tiersQuery);
  const [address, change] = usePageAddress(readStorageAddress);
  return (
    <>
      <Reading query={query} what="the tiers" failed="The tiers could not be read" skeleton={<StorageSkeleton />}>
        {(tiers) => (
          <>
            <Figures label="Storage at a glance" figures={figuresOf(tiers)} />
            <TierSection tiers={tiers} readAtMs={query.dataUpdatedAt} failed={query.isError} />
            <Parts tiers={tiers} address={address} change={change} />
          </>
        )}
      </Reading>
      {address.object && <ObjectDrawer objectId={address.object} onClose={() => change({ object: undefined })} />}
    </>
  );
}

function TierSection({ tiers, readAtMs, failed }: { tiers: Tiers; readAtMs: number; failed: boolean }) {
  const { data: forecast } = useQuery(forecastQuery);
  return (
    <Section title="Tiers" aside={<LiveMark readAtMs={readAtMs} failed={failed} />}>
      <div className={styles.tiers}>
        {tiers.items.map((tier) => (
          <TierCard key={tier.name} tier={tier} forecast={forecast?.items.find((item) => item.tier === tier.name)} />
        ))}
      </div>
    </Section>
  );
}

function Parts({
  tiers,
  address,
  change,
}: {
  tiers: Tiers;
  address: StorageAddress;
  change: (change: Partial<StorageAddress>) => void;
}) {
  const explain = (object: string) => change({ object });
  return (
    <>
      <ProblemSection onExplain={explain} />
      <RunNow />
      <PlanSection
        when={address.plan ?? 'tonight'}
        mover={tiers.mover}
        onWhen={(when) => change({ plan: when === 'tonight' ? undefined : when })}
        onExplain={explain}
      />
      <div className={styles.pair}>
        <FlowSection />
        <ForecastSection />
      </div>
      <AgeSection tiers={tiers.items.map(({ name }) => name)} />
      <PastRuns />
      <MoveSection filter={address.moves} onFilter={(moves) => change({ moves })} onExplain={explain} />
    </>
  );
}

function figuresOf({ items, mover }: Tiers): Figure[] {
  const away = items.filter(({ state }) => state !== 'ready');
  const sum = (pick: (tier: Tiers['items'][number]) => number) => items.reduce((total, tier) => total + pick(tier), 0);
  const damaged = sum((tier) => tier.damagedObjects);
  return [
    {
      label: 'Tiers',
      value: away.length === 0 ? 'All ready' : `${formatCount(away.length)} not ready`,
      note:
        away.length === 0
          ? items.map(({ name }) => name).join(', ')
          : away.map(({ name, state }) => `${name} is ${state}`).join(', '),
      tone: away.length === 0 ? 'good' : 'bad',
    },
    {
      label: 'Stored',
      value: formatBytes(sum((tier) => tier.objectBytes)),
      note: `in ${formatCounted(
        sum((tier) => tier.objects),
        'object',
      )}`,
    },
    {
      label: 'Moving now',
      value: mover.activeMoves === 0 ? 'Nothing' : formatCount(mover.activeMoves),
      note: mover.enabled
        ? `window ${mover.window.from} to ${mover.window.to}, next ${formatMoment(mover.nextWindowAt)}`
        : 'moving by itself is switched off',
    },
    {
      label: 'Damaged or missing',
      value: formatCount(damaged),
      note: damaged > 0 ? 'objects, of all organisations' : 'nothing found when reading back',
      ...(damaged > 0 ? { tone: 'bad' as const } : {}),
    },
  ];
}

function StorageSkeleton() {
  return (
    <>
      <FiguresSkeleton count={4} />
      <Section title="Tiers">
        <div className={styles.tiers}>
          {[0, 1, 2].map((card) => (
            <Skeleton key={card} height={360} style={{ borderRadius: 10 }} />
          ))}
        </div>
      </Section>
      <Section title="Tonight’s plan">
        <Skeleton height={280} style={{ borderRadius: 10 }} />
      </Section>
    </>
  );
}
