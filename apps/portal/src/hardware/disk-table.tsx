import type { Hardware } from '../api/hardware-queries.ts';
import { formatBytes } from '../lib/format.ts';
import page from '../shell/page.module.css';
import { Badge, type Tone } from '../ui/marks.tsx';
import styles from './hardware.module.css';
import { formatHours, joined } from './hardware-words.ts';

type Disk = Hardware['disks'][number];

const kinds: Record<Disk['kind'], string> = { nvme: 'NVMe', ssd: 'SSD', hdd: 'Hard disk', virtual: 'Virtual' };
const health: Record<Disk['smart']['state'], [Tone, string]> = {
  good: ['good', 'Good'],
  failing: ['bad', 'Failing'],
  unknown: ['neutral', 'Not known'],
};

/** Every disk, what lies on it and how it says that it is. */
export function DiskTable({ disks }: { disks: readonly Disk[] }) {
  if (disks.length === 0) return <p className={page.soft}>No disk of its own is seen from here.</p>;
  return (
    <div className={page.tableBox}>
      <table className={page.table}>
        <caption className="seen-by-readers-only">Disks</caption>
        <thead>
          <tr>
            {['Disk', 'Kind', 'Size', 'Tiers', 'Holds', 'Health', 'Temperature', 'Running', 'Wear'].map((title) => (
              <th key={title} scope="col">
                {title}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {disks.map((disk) => (
            <DiskRow key={disk.name} disk={disk} />
          ))}
        </tbody>
      </table>
    </div>
  );
}

function DiskRow({ disk }: { disk: Disk }) {
  const { smart } = disk;
  const [tone, word] = health[smart.state];
  return (
    <tr>
      <td data-label="Disk">
        {disk.name}
        <span className={styles.under}>{joined(disk.model, disk.serial)}</span>
      </td>
      <td data-label="Kind">{kinds[disk.kind]}</td>
      <td data-label="Size">{formatBytes(disk.bytes)}</td>
      <td data-label="Tiers">{disk.tiers.join(', ') || '–'}</td>
      <td data-label="Holds">
        {disk.parts.map(({ name, fileSystem, mountPoints }) => (
          <span key={name} className={styles.under}>
            {joined(name, fileSystem, mountPoints.join(', '))}
          </span>
        ))}
      </td>
      <td data-label="Health">
        <Badge tone={tone}>{word}</Badge>
        {smart.reason && <span className={styles.under}>{smart.reason}</span>}
      </td>
      <td data-label="Temperature">{smart.temperatureCelsius === null ? '–' : `${smart.temperatureCelsius} °C`}</td>
      <td data-label="Running">{formatHours(smart.powerOnHours)}</td>
      <td data-label="Wear">{smart.wearPercent === null ? '–' : `${smart.wearPercent} %`}</td>
    </tr>
  );
}
