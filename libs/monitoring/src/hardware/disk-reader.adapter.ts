import { statSync } from 'node:fs';
import { join } from 'node:path';
import type { BoxPaths } from '../box-paths.ts';
import { type BlockDisk, blockColumns, parseBlockDevices } from '../domain/block-devices.ts';
import { parseSmartReport, type SmartReport, unknownSmart } from '../domain/smart-report.ts';
import type { Gaps } from './gaps.ts';
import { askProgram, readText } from './read-text.adapter.ts';

/** Reports that root's unit has written down are good for so long: it writes them every half hour. */
const freshMs = 2 * 3_600_000;
const diskName = /^[a-z0-9]+$/;

/** The disks of the machine and what lies on them. */
export async function readDisks(gaps: Gaps): Promise<BlockDisk[]> {
  const { text, problem } = await askProgram('lsblk', ['--json', '--bytes', '--output', blockColumns]);
  if (problem === null)
    try {
      return parseBlockDevices(text);
    } catch {
      gaps.add('Disks', 'lsblk gave an answer that is none.');
      return [];
    }
  gaps.add('Disks', problem, 'apt-get install util-linux');
  return [];
}

/** How each disk says that it is: as root's unit wrote it down, else as this account may ask. */
export async function readSmart(names: readonly string[], paths: BoxPaths, gaps: Gaps): Promise<Map<string, SmartReport>> {
  const reports = await Promise.all(names.map(async (name) => [name, await smartOf(name, paths)] as const));
  if (reports.some(([, { reason }]) => reason === 'Only root may ask the disk.'))
    gaps.add('Health of the disks', 'Only root may ask them.', 'sudo smartctl --all /dev/DISK');
  return new Map(reports);
}

async function smartOf(name: string, { smart }: BoxPaths): Promise<SmartReport> {
  if (!diskName.test(name)) return unknownSmart('Its name is none of a disk.');
  const file = join(smart, `${name}.json`);
  const written = statSync(file, { throwIfNoEntry: false });
  if (written && Date.now() - written.mtimeMs < freshMs) return parseSmartReport((await readText(file)) ?? '');
  const { text, problem } = await askProgram('smartctl', ['--json', '--all', `/dev/${name}`]);
  return problem === null ? parseSmartReport(text) : unknownSmart(problem);
}
