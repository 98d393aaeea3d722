import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Appliance } from '#manifest';
import { type MoverWorld, makeMoverWorld } from '../../integration/storage/mover-world.ts';
import type { MountedFileSystem } from '../block/file-system.ts';

/** Runs `use` with the tier warm on a disk, and the other tiers where temporary files lie. */
export async function withWarmOn(
  disk: MountedFileSystem,
  use: (world: MoverWorld) => Promise<void>,
  change: (appliance: Appliance) => void = () => {},
): Promise<void> {
  const path = join(disk.folder, 'tier');
  mkdirSync(path);
  const world = await makeMoverWorld((appliance) => {
    const [, warm] = appliance.tiers;
    if (warm) warm.path = path;
    change(appliance);
  });
  try {
    await use(world);
  } finally {
    await world.close();
  }
}
