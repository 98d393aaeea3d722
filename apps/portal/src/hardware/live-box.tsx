import type { ReactNode } from 'react';
import { type BoxSample, useBoxSample } from '../api/hardware-queries.ts';
import { formatBytes } from '../lib/format.ts';
import { Figures, FiguresSkeleton } from '../reading/figures.tsx';
import { Reading } from '../reading/reading.tsx';
import page from '../shell/page.module.css';
import { Section } from '../shell/page.tsx';
import { formatCpus, formatPercent, formatRate, nowFigures } from './hardware-words.ts';

/** What the box does this second: its figures, and who of those that share it does what. */
export function LiveBox() {
  const query = useBoxSample();
  return (
    <Reading
      query={query}
      what="what the box does"
      failed="What the box does could not be read"
      skeleton={<FiguresSkeleton count={7} />}
      compact
    >
      {(sample) => (
        <>
          <Figures label="Now" figures={nowFigures(sample)} />
          {sample.slices.length > 0 && (
            <Section title="Who does what">
              <SliceTable sample={sample} />
            </Section>
          )}
          <Section title="Tiers now">
            <TierTable tiers={sample.tiers} />
          </Section>
        </>
      )}
    </Reading>
  );
}

function SliceTable({ sample: { slices, source } }: { sample: BoxSample }) {
  const heads = [source === 'slice' ? 'Slice' : 'Service', 'CPUs busy', 'Memory', 'Reads', 'Writes', 'Waits for CPUs', 'Tasks'];
  return (
    <Table caption="What each does this second" heads={heads}>
      {slices.map((slice) => (
        <tr key={slice.id}>
          <td data-label={heads[0]}>{slice.id}</td>
          <td data-label="CPUs busy">{formatCpus(slice.cpuPercent)}</td>
          <td data-label="Memory">{memoryOf(slice)}</td>
          <td data-label="Reads">{formatRate(slice.ioReadBytesPerSecond)}</td>
          <td data-label="Writes">{formatRate(slice.ioWriteBytesPerSecond)}</td>
          <td data-label="Waits for CPUs">{formatPercent(slice.waitingPercent)}</td>
          <td data-label="Tasks">{slice.tasks ?? '–'}</td>
        </tr>
      ))}
    </Table>
  );
}

function memoryOf({ memoryBytes, memoryLimits }: BoxSample['slices'][number]): string {
  if (memoryBytes === null) return '–';
  const most = memoryLimits?.maxBytes ?? memoryLimits?.highBytes;
  return most ? `${formatBytes(memoryBytes)} of ${formatBytes(most)}` : formatBytes(memoryBytes);
}

function TierTable({ tiers }: { tiers: BoxSample['tiers'] }) {
  return (
    <Table caption="What the disks of each tier do this second" heads={['Tier', 'Free', 'Reads', 'Writes', 'Busy']}>
      {tiers.map(({ name, freeBytes, totalBytes, ...tier }) => (
        <tr key={name}>
          <td data-label="Tier">{name}</td>
          <td data-label="Free">
            {freeBytes === null || totalBytes === null
              ? 'its disk does not answer'
              : `${formatBytes(freeBytes)} of ${formatBytes(totalBytes)}`}
          </td>
          <td data-label="Reads">{formatRate(tier.readBytesPerSecond)}</td>
          <td data-label="Writes">{formatRate(tier.writeBytesPerSecond)}</td>
          <td data-label="Busy">{formatPercent(tier.busyPercent)}</td>
        </tr>
      ))}
    </Table>
  );
}

function Table({ caption, heads, children }: { caption: string; heads: (string | undefined)[]; children: ReactNode }) {
  return (
    <div className={page.tableBox}>
      <table className={page.table}>
        <caption className="seen-by-readers-only">{caption}</caption>
        <thead>
          <tr>
            {heads.map((title) => (
              <th key={title} scope="col">
                {title}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>{children}</tbody>
      </table>
    </div>
  );
}
