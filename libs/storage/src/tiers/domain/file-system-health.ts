import type { PartHealth } from './tier-health.ts';

/** Reads the count of errors that ext4 keeps in /sys/fs/ext4/<device>/errors_count. */
export function ext4Health(part: string, errorsCount: string): PartHealth {
  const errors = Number(errorsCount.trim());
  if (!Number.isInteger(errors)) return { part, state: 'unknown', message: 'ext4 tells no count of errors.' };
  if (errors === 0) return { part, state: 'ok', message: 'ext4 has found no errors.' };
  return { part, state: 'failed', message: `ext4 has found ${errors} errors; check it with e2fsck while it is not mounted.` };
}

/** Reads `btrfs device stats`: lines such as `[/dev/sdb].corruption_errs   0`. */
export function btrfsHealth(part: string, stats: string): PartHealth {
  const counts = [...stats.matchAll(/^\[(.+)\]\.(\w+)_errs\s+(\d+)$/gm)].map(([, device, kind, count]) => ({
    device,
    kind,
    count: Number(count),
  }));
  if (counts.length === 0) return { part, state: 'unknown', message: 'btrfs tells no counts of errors.' };
  const errors = counts.filter(({ count }) => count > 0);
  if (errors.length === 0) return { part, state: 'ok', message: 'btrfs has counted no errors.' };
  const list = errors.map(({ device, kind, count }) => `${count} ${kind} errors on ${device}`).join(', ');
  return { part, state: 'failed', message: `btrfs has counted ${list}.` };
}
