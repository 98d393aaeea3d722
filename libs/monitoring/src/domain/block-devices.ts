import { z } from 'zod';
import { firmwareText } from './dmi.ts';

const text = z.string().nullable().optional();
/** util-linux 2.38 writes numbers as numbers and flags as booleans with --bytes; older ones as texts. */
const number = z.coerce.number().nullable().optional();
const flag = z
  .union([z.boolean(), z.string().transform((word) => word === '1')])
  .nullable()
  .optional();

const device = z.object({
  name: z.string(),
  type: z.string(),
  size: number,
  model: text,
  serial: text,
  rota: flag,
  tran: text,
  rev: text,
  'phy-sec': number,
  sched: text,
  fstype: text,
  uuid: text,
  mountpoints: z.array(z.string().nullable()).optional(),
});
type Device = z.output<typeof device> & { children?: Device[] | undefined };
const tree: z.ZodType<Device> = device.extend({ children: z.array(z.lazy(() => tree)).optional() }) as never;
const answer = z.object({ blockdevices: z.array(tree) });

/** Columns of lsblk(8) that are read. */
export const blockColumns = 'NAME,TYPE,SIZE,MODEL,SERIAL,ROTA,TRAN,REV,PHY-SEC,SCHED,FSTYPE,UUID,MOUNTPOINTS';

/** A file system, a member of an array or a part of a disk. */
export interface DiskPart {
  name: string;
  kind: string;
  bytes: number;
  fileSystem: string | null;
  uuid: string | null;
  mountPoints: string[];
}

export type DiskKind = 'nvme' | 'ssd' | 'hdd' | 'virtual';

/** A whole disk and what lies on it. */
export interface BlockDisk {
  name: string;
  kind: DiskKind;
  bytes: number;
  model: string | null;
  serial: string | null;
  firmware: string | null;
  transport: string | null;
  sectorBytes: number | null;
  scheduler: string | null;
  parts: DiskPart[];
}

/** Memory, files and drives without a disk of their own are none of the machine's disks. */
const noDisk = /^(loop|ram|zram|sr|fd|nbd)\d/;

/** Reads what `lsblk --json --bytes` says. Throws on what is no such answer. */
export function parseBlockDevices(json: string): BlockDisk[] {
  return answer
    .parse(JSON.parse(json))
    .blockdevices.filter(({ name, type, size }) => type === 'disk' && !noDisk.test(name) && (size ?? 0) > 0)
    .map((disk) => ({
      name: disk.name,
      kind: kindOf(disk),
      bytes: disk.size ?? 0,
      model: firmwareText(disk.model),
      serial: firmwareText(disk.serial),
      firmware: firmwareText(disk.rev),
      transport: disk.tran ?? null,
      sectorBytes: disk['phy-sec'] ?? null,
      scheduler: disk.sched && disk.sched !== 'none' ? disk.sched : null,
      parts: [ownPart(disk), ...partsBelow(disk)].filter((part) => part !== undefined),
    }));
}

function kindOf({ name, rota, tran }: Device): DiskKind {
  if (name.startsWith('nvme') || tran === 'nvme') return 'nvme';
  // Virtual disks say that they rotate, or not, as it pleases whoever made them.
  if (/^(vd|xvd)/.test(name) || tran === 'virtio') return 'virtual';
  return rota ? 'hdd' : 'ssd';
}

/** A disk that holds a file system without any partition. */
function ownPart(disk: Device): DiskPart | undefined {
  return disk.fstype || mountsOf(disk).length > 0 ? partOf(disk) : undefined;
}

/** An array is below each of its members: told once for each disk. */
function partsBelow({ children = [] }: Device): DiskPart[] {
  return children.flatMap((child) => [partOf(child), ...partsBelow(child)]);
}

function partOf(part: Device): DiskPart {
  return {
    name: part.name,
    kind: part.type,
    bytes: part.size ?? 0,
    fileSystem: part.fstype ?? null,
    uuid: part.uuid ?? null,
    mountPoints: mountsOf(part),
  };
}

function mountsOf({ mountpoints = [] }: Device): string[] {
  return mountpoints.filter((path) => path !== null);
}
