import type { CSSProperties } from 'react';
import type { System } from '../api/types.ts';
import { formatBytes, formatShare } from '../lib/format.ts';
import page from '../shell/page.module.css';
import { classNames } from '../ui/class-names.ts';
import { Badge } from '../ui/marks.tsx';
import { type DiskPart, disksOf, diskTone, partsOf } from './disk-shares.ts';
import styles from './system.module.css';

const colours: Record<DiskPart['name'], string> = {
  Originals: 'var(--accent)',
  Renditions: 'color-mix(in oklch, var(--accent) 45%, var(--surface))',
  'Everything else': 'var(--edge)',
};

/** What lies on each disk and how much room is left. */
export function Disks({ disks, assets }: Pick<System, 'disks' | 'assets'>) {
  return (
    <div className={styles.disks}>
      {disksOf(disks).map((disk) => {
        const holdsObjects = disk.purposes.some(({ purpose }) => purpose === 'Objects');
        const used = disk.totalBytes - disk.freeBytes;
        const parts: DiskPart[] = holdsObjects
          ? partsOf(disk, assets)
          : [{ name: 'Everything else', bytes: used, share: used / disk.totalBytes }];
        return <Disk key={disk.path} disk={disk} parts={parts} />;
      })}
    </div>
  );
}

function Disk({ disk, parts }: { disk: ReturnType<typeof disksOf>[number]; parts: DiskPart[] }) {
  const tone = diskTone(disk);
  const free = disk.totalBytes > 0 ? disk.freeBytes / disk.totalBytes : 0;
  return (
    <article className={classNames(page.card, styles.disk)}>
      <header className={styles.diskHead}>
        <h3>{disk.purposes.map(({ purpose }) => purpose).join(' and ')}</h3>
        {tone && <Badge tone={tone}>{tone === 'bad' ? 'Nearly full' : 'Getting full'}</Badge>}
        <span className={styles.diskFree}>
          <strong>{formatBytes(disk.freeBytes)}</strong> free of {formatBytes(disk.totalBytes)}
        </span>
      </header>
      <div className={styles.vessel} aria-hidden>
        {parts.map((part) => (
          <i key={part.name} style={{ inlineSize: `${part.share * 100}%`, '--part': colours[part.name] } as CSSProperties} />
        ))}
      </div>
      <ul className={styles.parts}>
        {parts.map((part) => (
          <li key={part.name}>
            <i style={{ '--part': colours[part.name] } as CSSProperties} aria-hidden />
            {parts.length === 1 ? 'Used' : part.name} <span className={page.faint}>{formatBytes(part.bytes)}</span>
          </li>
        ))}
        <li>
          <i className={styles.freePart} aria-hidden />
          Free <span className={page.faint}>{formatShare(free)}</span>
        </li>
      </ul>
      <div className={styles.paths}>
        {disk.purposes.map(({ purpose, path }) => (
          <code key={purpose}>{path}</code>
        ))}
      </div>
    </article>
  );
}
