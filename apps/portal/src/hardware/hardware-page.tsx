import { useQuery } from '@tanstack/react-query';
import { type Hardware, hardwareQuery } from '../api/hardware-queries.ts';
import { BoxPart } from '../box/box-part.tsx';
import { formatBytes } from '../lib/format.ts';
import { FiguresSkeleton } from '../reading/figures.tsx';
import { Reading } from '../reading/reading.tsx';
import page from '../shell/page.module.css';
import { Section } from '../shell/page.tsx';
import { Skeleton } from '../ui/states.tsx';
import { DiskTable } from './disk-table.tsx';
import styles from './hardware.module.css';
import { cpuFacts, joined, machineFacts } from './hardware-words.ts';
import { LiveBox } from './live-box.tsx';
import { NetworkTable } from './network-table.tsx';

const lead =
  'What the machine is made of and what it does this second. What could not be read is said at the end, with the reason.';

/** What is the machine made of? */
export function HardwarePage() {
  return (
    <BoxPart part="/box/hardware" lead={lead}>
      <LiveBox />
      <ReadHardware />
    </BoxPart>
  );
}

function ReadHardware() {
  const query = useQuery(hardwareQuery);
  return (
    <Reading query={query} what="the hardware" failed="The hardware could not be read" skeleton={<HardwareSkeleton />}>
      {(hardware) => <Inventory hardware={hardware} />}
    </Reading>
  );
}

function Inventory({ hardware }: { hardware: Hardware }) {
  return (
    <>
      <Section title="Machine">
        <div className={styles.pair}>
          <Facts title="Machine and firmware" facts={machineFacts(hardware)} />
          <Facts title="Processor" facts={cpuFacts(hardware)} />
        </div>
      </Section>
      <Section title="Memory">
        <Memory memory={hardware.memory} />
      </Section>
      <Section title="Disks">
        <DiskTable disks={hardware.disks} />
      </Section>
      <Section title="Network">
        <NetworkTable network={hardware.network} />
      </Section>
      {hardware.gpus.length > 0 && (
        <Section title="Graphics">
          <Facts
            facts={hardware.gpus.map(({ address, maker, device, driver, link }) => [
              address,
              joined(maker, device, driver ? `· driver ${driver}` : '· no driver', link && `· ${link}`),
            ])}
          />
        </Section>
      )}
      {hardware.gaps.length > 0 && (
        <Section title="Not read">
          <Gaps gaps={hardware.gaps} />
        </Section>
      )}
    </>
  );
}

function Facts({ title, facts }: { title?: string; facts: readonly (readonly [string, string])[] }) {
  return (
    <div className={page.card}>
      {title && <h3 className={styles.cardTitle}>{title}</h3>}
      <dl className={styles.facts} aria-label={title}>
        {facts.map(([term, text]) => (
          <div key={term} style={{ display: 'contents' }}>
            <dt>{term}</dt>
            <dd>{text}</dd>
          </div>
        ))}
      </dl>
    </div>
  );
}

function Memory({ memory }: { memory: Hardware['memory'] }) {
  const errors = memory.correctedErrors;
  const slots = memory.slots === null ? null : `${memory.modules.length} of ${memory.slots}`;
  return (
    <Facts
      facts={[
        ['In all', formatBytes(memory.totalBytes)],
        ['Swap', memory.swapBytes > 0 ? formatBytes(memory.swapBytes) : 'none'],
        ['Slots in use', slots ?? '–'],
        ['Error correction', memory.errorCorrection ?? '–'],
        ['Corrected errors', errors === null ? 'nobody counts them here' : String(errors)],
        ...memory.modules.map((module): [string, string] => [
          module.slot,
          joined(
            formatBytes(module.bytes),
            module.type,
            module.megatransfers !== null && `${module.megatransfers} MT/s`,
            module.manufacturer,
            module.partNumber,
          ),
        ]),
      ]}
    />
  );
}

function Gaps({ gaps }: { gaps: Hardware['gaps'] }) {
  return (
    <ul className={`${page.card} ${styles.gaps}`}>
      {gaps.map(({ what, why, remedy }) => (
        <li key={what}>
          <strong>{what}</strong>: {why} {remedy && <code>{remedy}</code>}
        </li>
      ))}
    </ul>
  );
}

function HardwareSkeleton() {
  return (
    <div style={{ marginBlockStart: 32 }}>
      <FiguresSkeleton count={4} />
      <Skeleton height={320} style={{ borderRadius: 10, marginBlockStart: 24 }} />
    </div>
  );
}
