const sectorBytes = 512;

/** Where the one partition begins. */
export const partitionStartBytes = 1_048_576;

/** The first sector of a disk with one partition for Linux, which the kernel calls `<signature in hexadecimal>-01`. */
export function partitionTable(signature: number, diskBytes: number): Buffer {
  const sector = Buffer.alloc(sectorBytes);
  sector.writeUInt32LE(signature, 440);
  // Not to be booted from; no cylinders and heads; type 0x83; first sector; how many.
  sector.set([0x00, 0xfe, 0xff, 0xff, 0x83, 0xfe, 0xff, 0xff], 446);
  sector.writeUInt32LE(partitionStartBytes / sectorBytes, 454);
  sector.writeUInt32LE((diskBytes - partitionStartBytes) / sectorBytes, 458);
  sector.writeUInt16LE(0xaa55, 510);
  return sector;
}
