import { chmodSync, mkdtempSync, readdirSync, readFileSync, readlinkSync, rmSync, statfsSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { identifyProcess, isRunning, type ProcessIdentity } from '#supervisor';
import { runProgram } from './run-program.ts';

const prefix = 'holdfast-faults-';
const memory = '/dev/shm';
const roomWantedBytes = 4 * 1024 ** 3;

/** Memory where there is room, which spares disks gigabytes of writes, else the folder for temporary files. */
function parentFolder(): string {
  try {
    const { bavail, bsize } = statfsSync(memory);
    if (bavail * bsize >= roomWantedBytes) return memory;
  } catch {
    // No /dev/shm: a disk will do.
  }
  return tmpdir();
}

/** Mount points below a folder, innermost first. */
function mountsBelow(folder: string): string[] {
  const points = readFileSync('/proc/mounts', 'utf8')
    .split('\n')
    .flatMap((line) => line.split(' ')[1] ?? []);
  return points.filter((point) => point.startsWith(`${folder}/`)).reverse();
}

/** Loop devices whose file lies below a folder, deleted ones too. */
function loopsBelow(folder: string): string[] {
  return readdirSync('/sys/block').flatMap((name) => {
    if (!name.startsWith('loop')) return [];
    try {
      const file = readFileSync(`/sys/block/${name}/loop/backing_file`, 'utf8');
      return file.startsWith(`${folder}/`) ? [`/dev/${name}`] : [];
    } catch {
      return [];
    }
  });
}

/** Unmounts and detaches everything below a folder, then removes it. */
export async function removeFaultFolder(folder: string): Promise<void> {
  // First of all, since a loop device forgets the name of a file whose FUSE mount is gone; one in use goes with its last user.
  for (const device of loopsBelow(folder)) await runProgram('losetup', '-d', device).catch(() => {});
  for (const point of mountsBelow(folder)) await runProgram('umount', '-l', point).catch(() => {});
  if (mountsBelow(folder).length > 0) throw new Error(`${folder} still holds mounts; it is left as it is.`);
  rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
}

/** Who made a folder, as its `owner.json` says: pids mean something in their own namespace only, and containers may share memory. */
type Owner = ProcessIdentity & { pidNamespace?: string };

const pidNamespace = () => readlinkSync('/proc/self/ns/pid');

async function sweepLeftovers(parent: string): Promise<void> {
  for (const name of readdirSync(parent).filter((entry) => entry.startsWith(prefix))) {
    const folder = join(parent, name);
    let owner: Owner;
    try {
      owner = JSON.parse(readFileSync(join(folder, 'owner.json'), 'utf8')) as Owner;
    } catch {
      // Being made right now, or somebody else's.
      continue;
    }
    if (owner.pidNamespace === pidNamespace() && !isRunning(owner)) await removeFaultFolder(folder);
  }
}

/**
 * A folder for images and mounts, marked with the process that owns it. First removes those of processes that run no more, with
 * their mounts and loop devices, and nothing else's.
 */
export async function makeFaultFolder(): Promise<string> {
  const parent = parentFolder();
  await sweepLeftovers(parent);
  const folder = mkdtempSync(join(parent, prefix));
  const owner = { ...identifyProcess(process.pid), pidNamespace: pidNamespace() };
  writeFileSync(join(folder, 'owner.json'), JSON.stringify(owner));
  // Servers under other accounts must get through.
  chmodSync(folder, 0o755);
  return folder;
}
