import { execFile } from 'node:child_process';
import { readdir, readFile, realpath } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { arrayHealth } from './domain/array-health.ts';
import { diskHealth } from './domain/disk-health.ts';
import { btrfsHealth, ext4Health } from './domain/file-system-health.ts';
import { type Mount, mountOf, parseMountTable } from './domain/mount-table.ts';
import type { PartHealth } from './domain/tier-health.ts';

const timeoutMs = 20_000;
const blockFolder = '/sys/class/block';

/** How the file system of a folder is, and the arrays and disks below it. */
export async function readDiskHealth(folder: string): Promise<PartHealth[]> {
  const path = await realpath(folder).catch(() => undefined);
  const mount = path && mountOf(path, parseMountTable(await readFile('/proc/self/mountinfo', 'utf8')));
  if (!mount) return [{ part: 'file system', state: 'unknown', message: `Not known, because ${folder} does not exist.` }];
  if (!mount.source.startsWith('/dev/'))
    return [
      {
        part: mount.fileSystemType,
        state: 'unknown',
        message: `Not known, because ${mount.fileSystemType} lies on no disk of this machine.`,
      },
    ];
  const device = basename(await realpath(mount.source).catch(() => mount.source));
  const { arrays, disks } = await partsBelow(device);
  return [
    await fileSystemHealth(mount, device),
    ...(await Promise.all(arrays.map(readArray))),
    ...(await Promise.all(disks.map(readDisk))),
  ];
}

async function fileSystemHealth({ fileSystemType, mountPoint }: Mount, device: string): Promise<PartHealth> {
  const part = `${fileSystemType} at ${mountPoint}`;
  if (fileSystemType === 'ext4')
    return ext4Health(part, await readFile(`/sys/fs/ext4/${device}/errors_count`, 'utf8').catch(() => 'unknown'));
  if (fileSystemType === 'btrfs') {
    const { text, missing } = await ask('btrfs', ['device', 'stats', mountPoint]);
    return missing ? unknown(part, missing) : btrfsHealth(part, text);
  }
  return unknown(part, `${fileSystemType} keeps no count of errors`);
}

async function readArray(name: string): Promise<PartHealth> {
  const found = arrayHealth(name, await readFile('/proc/mdstat', 'utf8').catch(() => ''));
  return found ?? unknown(name, '/proc/mdstat does not list it');
}

async function readDisk(name: string): Promise<PartHealth> {
  const { text, missing } = await ask('smartctl', ['--json', '--all', `/dev/${name}`]);
  return missing ? unknown(`/dev/${name}`, missing) : diskHealth(`/dev/${name}`, text);
}

/** Arrays and whole disks that a device is made of. */
async function partsBelow(device: string): Promise<{ arrays: string[]; disks: string[] }> {
  const slaves = await readdir(join(blockFolder, device, 'slaves')).catch(() => []);
  if (slaves.length > 0) {
    const below = await Promise.all(slaves.map(partsBelow));
    const arrays = below.flatMap((parts) => parts.arrays);
    if (device.startsWith('md')) arrays.unshift(device);
    return { arrays: [...new Set(arrays)], disks: [...new Set(below.flatMap((parts) => parts.disks))] };
  }
  const place = await realpath(join(blockFolder, device)).catch(() => undefined);
  const isPartition = place !== undefined && (await readFile(join(place, 'partition'), 'utf8').then(Boolean, () => false));
  return { arrays: [], disks: [isPartition ? basename(dirname(place)) : device] };
}

function unknown(part: string, why: string): PartHealth {
  return { part, state: 'unknown', message: `Not known, because ${why}.` };
}

/** Asks a program. Its exit status says what it found, so any answer counts. */
function ask(program: string, given: string[]): Promise<{ text: string; missing?: string }> {
  return new Promise((resolve) => {
    execFile(
      program,
      given,
      { timeout: timeoutMs, maxBuffer: 4_194_304, env: { PATH: '/usr/sbin:/usr/bin:/sbin:/bin', LC_ALL: 'C' } },
      (error, stdout) => {
        const code = (error as NodeJS.ErrnoException | null)?.code;
        if (String(code) === 'ENOENT') resolve({ text: '', missing: `${program} is not installed` });
        else if (error?.killed) resolve({ text: '', missing: `${program} did not answer within ${timeoutMs / 1000} s` });
        else resolve({ text: stdout });
      },
    );
  });
}
