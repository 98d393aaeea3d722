import { mkdirSync } from 'node:fs';
import { Global, Module } from '@nestjs/common';
import { APPLIANCE } from '#database';
import type { Appliance } from '#manifest';
import { DiskSpace } from './disk-space.adapter.ts';
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
        return store;
      },
    },
    {
      provide: DiskSpace,
      inject: [APPLIANCE],
      useFactory: (appliance: Appliance) => new DiskSpace(appliance.paths.objects, appliance.ingest.minFreeBytes),
    },
  ],
  exports: [ObjectStore, DiskSpace],
})
export class StorageModule {}
