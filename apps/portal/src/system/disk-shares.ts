import type { System } from '../api/types.ts';
import type { Tone } from '../ui/marks.tsx';

type Disk = System['disks'][number];

/** One part of a disk, as a share of the whole. */
export interface DiskPart {
  name: 'Originals' | 'Renditions' | 'Everything else';
  bytes: number;
  share: number;
}

/** What fills the disk of objects: the library's own bytes, then the rest. Parts never exceed what is used. */
export function partsOf(
  disk: Pick<Disk, 'totalBytes' | 'freeBytes'>,
  assets: Pick<System['assets'], 'originalBytes' | 'renditionBytes'>,
): DiskPart[] {
  const used = Math.max(0, disk.totalBytes - disk.freeBytes);
  const originals = Math.min(used, assets.originalBytes);
  const renditions = Math.min(used - originals, assets.renditionBytes);
  const share = (bytes: number) => (disk.totalBytes > 0 ? bytes / disk.totalBytes : 0);
  return [
    { name: 'Originals', bytes: originals, share: share(originals) },
    { name: 'Renditions', bytes: renditions, share: share(renditions) },
    { name: 'Everything else', bytes: used - originals - renditions, share: share(used - originals - renditions) },
  ];
}

/** How a disk stands by what is free of it. */
export function diskTone(disk: Pick<Disk, 'totalBytes' | 'freeBytes'>): Tone | undefined {
  const free = disk.totalBytes > 0 ? disk.freeBytes / disk.totalBytes : 0;
  if (free < 0.05) return 'bad';
  return free < 0.12 ? 'warn' : undefined;
}

/** Places that lie on one disk, told by equal size and equal room: each disk once, with everything it holds. */
export function disksOf(places: readonly Disk[]): (Disk & { purposes: { purpose: string; path: string }[] })[] {
  const disks = new Map<string, Disk & { purposes: { purpose: string; path: string }[] }>();
  for (const place of places) {
    const key = `${place.totalBytes}/${place.freeBytes}`;
    const known = disks.get(key);
    const entry = { purpose: place.purpose, path: place.path };
    if (known) known.purposes.push(entry);
    else disks.set(key, { ...place, purposes: [entry] });
  }
  return [...disks.values()];
}
