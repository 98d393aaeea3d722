/** A disk of the box: how QEMU attaches it, and how large it is. */
export interface BoxDisk {
  name: string;
  megabytes: number;
  /** As `lsblk -o SERIAL` shows it in the box. */
  serial: string;
  device: 'nvme' | 'scsi-hd';
  /** Turns a minute; 1: none, an SSD. */
  rotationRate?: number;
}

/** Written into the system's disk, so that the kernel can be told which it is: which of two NVMe disks it finds first is chance. */
export const rootSignature = 0x48464258;

/** The system's disk, and behind it those of the tiers: NVMe, SSD, and four hard disks that become a RAID 10. */
export const boxDisks: readonly BoxDisk[] = [
  { name: 'root', megabytes: 12_288, serial: 'ROOT0001', device: 'nvme' },
  { name: 'hot', megabytes: 2_048, serial: 'HOT0001', device: 'nvme' },
  { name: 'warm', megabytes: 2_048, serial: 'WARM0001', device: 'scsi-hd', rotationRate: 1 },
  ...[1, 2, 3, 4].map((number) => ({
    name: `cold${number}`,
    megabytes: 1_024,
    serial: `COLD000${number}`,
    device: 'scsi-hd' as const,
    rotationRate: 7_200,
  })),
];
