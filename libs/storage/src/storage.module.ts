import { mkdirSync } from 'node:fs';
import { Global, Module } from '@nestjs/common';
import { APPLIANCE } from '#database';
import { type Appliance, firstTier } from '#manifest';
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
        mkdirSync(firstTier(appliance).path, { recursive: true });
        const store = new ObjectStore(firstTier(appliance).path);
        await store.removeLeftovers();
        await new ObjectRemoval(firstTier(appliance).path).putBackAll();
        return store;
      },
    },
    {
      provide: ObjectRemoval,
      inject: [APPLIANCE],
      useFactory: (appliance: Appliance) => new ObjectRemoval(firstTier(appliance).path),
    },
    {
      provide: DiskSpace,
      inject: [APPLIANCE],
      useFactory: (appliance: Appliance) => new DiskSpace(firstTier(appliance).path, appliance.ingest.minFreeBytes),
    },
  ],
  exports: [ObjectStore, ObjectRemoval, DiskSpace],
})
export class StorageModule {}
