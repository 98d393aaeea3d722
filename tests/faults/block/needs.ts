import { accessSync, constants, existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** File systems that objects may lie on. */
export const fileSystemKinds = ['ext4', 'xfs', 'btrfs'] as const;
export type FileSystemKind = (typeof fileSystemKinds)[number];

/** Where each program comes from; `qemu-storage-daemon` moved between Debian 12 and 13. */
const packages: Record<string, string> = {
  'mkfs.ext4': 'e2fsprogs',
  'mkfs.xfs': 'xfsprogs',
  'mkfs.btrfs': 'btrfs-progs',
  filefrag: 'e2fsprogs',
  'qemu-storage-daemon': 'qemu-utils (Debian 13) or qemu-system-common (Debian 12)',
};
const folders = ['/usr/local/sbin', '/usr/local/bin', '/usr/sbin', '/usr/bin', '/sbin', '/bin'];

function isInstalled(program: string): boolean {
  return folders.some((folder) => existsSync(join(folder, program)));
}

function mayUse(device: string): boolean {
  try {
    accessSync(device, constants.R_OK | constants.W_OK);
    return true;
  } catch {
    return false;
  }
}

/** Why file systems of these kinds cannot be made and mounted here, or undefined where they can. */
export function whyNoFileSystems(kinds: readonly FileSystemKind[]): string | undefined {
  if (process.getuid?.() !== 0) return 'mounting file systems needs root';
  if (!mayUse('/dev/loop-control')) return 'there are no loop devices here (/dev/loop-control)';
  const known = readFileSync('/proc/filesystems', 'utf8').split(/\s+/);
  for (const kind of kinds) {
    const missing = whyNoPrograms([`mkfs.${kind}`]);
    if (missing) return missing;
    // A module that is not loaded yet is not listed; mounting would load it.
    if (!known.includes(kind) && !existsSync('/lib/modules')) return `this kernel has no ${kind}`;
  }
  return undefined;
}

/** Why writes to a block device cannot be recorded (or failed on purpose) here, or undefined where they can. */
export function whyNoBlockLayer(): string | undefined {
  if (!mayUse('/dev/fuse')) return 'there is no FUSE here (/dev/fuse)';
  return whyNoPrograms(['qemu-storage-daemon']);
}

function whyNoPrograms(programs: string[]): string | undefined {
  const missing = programs.find((program) => !isInstalled(program));
  return missing && `${missing} is missing: install the Debian package ${packages[missing]}`;
}
