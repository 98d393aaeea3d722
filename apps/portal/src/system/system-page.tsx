import { useQuery } from '@tanstack/react-query';
import { systemQuery } from '../api/queries.ts';
import type { System } from '../api/types.ts';
import { Keys } from '../keys/keys-section.tsx';
import { formatBytes, formatCount } from '../lib/format.ts';
import { type Figure, Figures, FiguresSkeleton } from '../reading/figures.tsx';
import { LiveMark } from '../reading/live-mark.tsx';
import { Reading } from '../reading/reading.tsx';
import { useCan } from '../session/session.ts';
import page from '../shell/page.module.css';
import { Page, Section } from '../shell/page.tsx';
import { Badge } from '../ui/marks.tsx';
import { NoPermission, Skeleton } from '../ui/states.tsx';
import { Disks } from './disks.tsx';
import { Models } from './models.tsx';
import { ServicesTable } from './services-table.tsx';
import styles from './system.module.css';
import { sandboxWords, toolWords } from './system-words.ts';

/** Is everything up, how much room is left, and what can it understand? */
export function SystemPage() {
  const may = useCan();
  return (
    <Page
      title="System"
      lead="What runs, in which version, how much room is left, and how well the appliance protects itself from the files it opens."
    >
      {may('system.read') ? <Appliance /> : <NoPermission what="The system is not for your role" needs="system.read" />}
      {may('keys.read') && <Keys />}
      {may('model.read') && <Models />}
    </Page>
  );
}

function Appliance() {
  const query = useQuery(systemQuery);
  return (
    <Reading query={query} what="the system" failed="The system could not be read" skeleton={<SystemSkeleton />}>
      {(system) => (
        <>
          <Figures label="The appliance at a glance" figures={figuresOf(system)} />
          <Section title="Services" aside={<LiveMark readAtMs={query.dataUpdatedAt} failed={query.isError} />}>
            <ServicesTable services={system.services} />
          </Section>
          <Section title="Disks">
            <Disks disks={system.disks} assets={system.assets} />
          </Section>
          <div className={styles.pair}>
            <Sandbox sandbox={system.sandbox} />
            <Tools tools={system.tools} />
          </div>
        </>
      )}
    </Reading>
  );
}

function figuresOf({ version, profile, services, assets }: System): Figure[] {
  const down = services.filter((service) => service.state !== 'up');
  return [
    {
      label: 'Services',
      value: down.length === 0 ? 'All up' : `${formatCount(down.length)} not up`,
      note:
        down.length === 0
          ? `${formatCount(services.length)} of ${formatCount(services.length)}`
          : down.map((service) => service.name).join(', '),
      tone: down.length === 0 ? 'good' : 'bad',
    },
    {
      label: 'Assets',
      value: formatCount(assets.total),
      note: assets.processing > 0 ? `${formatCount(assets.processing)} being understood` : 'none waiting',
    },
    {
      label: 'Partly understood',
      value: formatCount(assets.partial),
      note: `${formatCount(assets.unsupported)} kept, not understood`,
      ...(assets.partial > 0 ? { tone: 'warn' as const } : {}),
    },
    {
      label: 'Originals',
      value: formatBytes(assets.originalBytes),
      note: `and ${formatBytes(assets.renditionBytes)} of renditions`,
    },
    { label: 'Version', value: version, note: `profile ${profile}` },
  ];
}

function Sandbox({ sandbox }: Pick<System, 'sandbox'>) {
  const { word, tone, means } = sandboxWords[sandbox.level];
  return (
    <Section title="Sandbox of parsers" aside={<Badge tone={tone}>{word}</Badge>}>
      <div className={page.card}>
        <p>{means}</p>
        {sandbox.reason && <p className={styles.sandboxReason}>{sandbox.reason}</p>}
      </div>
    </Section>
  );
}

function Tools({ tools }: Pick<System, 'tools'>) {
  return (
    <Section title="Programs on the machine">
      <dl className={styles.tools}>
        {tools.map(({ name, version }) => (
          <div key={name}>
            <dt>
              {name}
              {toolWords[name] && <span className={page.faint}> {toolWords[name]}</span>}
            </dt>
            <dd>{version ?? <Badge tone="warn">not found</Badge>}</dd>
          </div>
        ))}
      </dl>
    </Section>
  );
}

function SystemSkeleton() {
  return (
    <>
      <FiguresSkeleton count={5} />
      <Section title="Services">
        <div className={page.card} style={{ display: 'grid', gap: 30, paddingBlock: 24 }}>
          {['50%', '62%', '44%', '58%', '52%', '48%'].map((width) => (
            <Skeleton key={width} width={width} />
          ))}
        </div>
      </Section>
      <Section title="Disks">
        <div className={styles.disks}>
          <Skeleton height={132} style={{ borderRadius: 10 }} />
          <Skeleton height={132} style={{ borderRadius: 10 }} />
        </div>
      </Section>
      <div className={styles.pair}>
        <Section title="Sandbox of parsers">
          <Skeleton height={96} style={{ borderRadius: 10 }} />
        </Section>
        <Section title="Programs on the machine">
          <Skeleton height={176} style={{ borderRadius: 10 }} />
        </Section>
      </div>
    </>
  );
}
