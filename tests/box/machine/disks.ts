/** A disk of the box: how QEMU attaches it, and how large it is. */
export interface BoxDisk {
  name: string;
  megabytes: number;
  /** As `lsblk -o SERIAL` shows it in the box; the two of NVMe are one device with two namespaces, nvme0n1 and nvme0n2. */
  serial: string;
  device: 'nvme' | 'scsi-hd';
  /** Turns a minute; 1: none, an SSD. */
  rotationRate?: number;
}

/** The system's disk, and behind it those of the tiers: NVMe, SSD, and four hard disks that become a RAID 10. */
export const boxDisks: readonly BoxDisk[] = [
  { name: 'root', megabytes: 12_288, serial: 'NVME0001', device: 'nvme' },
  { name: 'hot', megabytes: 2_048, serial: 'NVME0001', device: 'nvme' },
  { name: 'warm', megabytes: 2_048, serial: 'WARM0001', device: 'scsi-hd', rotationRate: 1 },
  ...[1, 2, 3, 4].map((number) => ({
    name: `cold${number}`,
    megabytes: 1_024,
    serial: `COLD000${number}`,
    device: 'scsi-hd' as const,
    rotationRate: 7_200,
  })),
];
