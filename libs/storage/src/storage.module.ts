import { mkdirSync } from 'node:fs';
import { Global, Module } from '@nestjs/common';
import { APPLIANCE } from '#database';
import type { Appliance } from '#manifest';
import { DiskSpace } from './disk-space.adapter.ts';
import { ObjectRemoval } from './object-removal.adapter.ts';
import { ObjectStore } from './object-store.ts';

/** Objects and the room for them, for every process. */
@Global()
@Module({
  providers: [
    {
      provide: ObjectStore,
      inject: [APPLIANCE],
      useFactory: async (appliance: Appliance) => {
        mkdirSync(appliance.paths.objects, { recursive: true });
        const store = new ObjectStore(appliance.paths.objects);
        await store.removeLeftovers();
        await new ObjectRemoval(appliance.paths.objects).putBackAll();
        return store;
      },
    },
    {
      provide: ObjectRemoval,
      inject: [APPLIANCE],
      useFactory: (appliance: Appliance) => new ObjectRemoval(appliance.paths.objects),
    },
    {
      provide: DiskSpace,
      inject: [APPLIANCE],
      useFactory: (appliance: Appliance) => new DiskSpace(appliance.paths.objects, appliance.ingest.minFreeBytes),
    },
  ],
  exports: [ObjectStore, ObjectRemoval, DiskSpace],
})
export class StorageModule {}
