import { mkdirSync } from 'node:fs';
import { Global, Inject, Module } from '@nestjs/common';
import { APPLIANCE, TenantDatabase } from '#database';
import { systemClock } from '#kernel';
import { Keyring, KeysModule, TableKeyHolder, WrappedKeyHolders } from '#keys';
import { type Appliance, firstTier } from '#manifest';
import { DiskSpace } from './disk-space.adapter.ts';
import { FileDisposalRepository } from './file-disposal.repository.ts';
import { FileDisposal } from './file-disposal.service.ts';
import { IncomingObjects } from './incoming-objects.ts';
import { LentCopies } from './lent-copies.adapter.ts';
import { ObjectRowsRepository } from './object-rows.repository.ts';
import { ObjectStore } from './object-store.ts';
import { ObjectReadRepository } from './reads/object-read.repository.ts';
import { ObjectReads } from './reads/object-reads.ts';
import { CLOCK } from './storage.tokens.ts';
import { TierRoots } from './tier-roots.ts';

async function makeStore(
  { paths }: Appliance,
  tiers: TierRoots,
  rows: ObjectRowsRepository,
  keys: Keyring,
  reads: ObjectReads,
): Promise<ObjectStore> {
  mkdirSync(tiers.first.root, { recursive: true });
  const store = new ObjectStore({ tiers, rows, keys, reads, lent: new LentCopies(paths.scratch) });
  await store.removeLeftovers();
  return store;
}

/** Objects and the room for them, for every process. */
@Global()
@Module({
  imports: [KeysModule],
  providers: [
    ObjectRowsRepository,
    FileDisposalRepository,
    FileDisposal,
    ObjectReadRepository,
    ObjectReads,
    { provide: CLOCK, useValue: systemClock },
    { provide: TierRoots, inject: [APPLIANCE], useFactory: ({ tiers }: Appliance) => new TierRoots(tiers) },
    {
      provide: ObjectStore,
      inject: [APPLIANCE, TierRoots, ObjectRowsRepository, Keyring, ObjectReads],
      useFactory: makeStore,
    },
    { provide: IncomingObjects, inject: [Keyring], useFactory: (keys: Keyring) => new IncomingObjects(keys) },
    {
      provide: DiskSpace,
      inject: [APPLIANCE],
      useFactory: (appliance: Appliance) => new DiskSpace(firstTier(appliance).path, appliance.ingest.minFreeBytes),
    },
  ],
  exports: [ObjectStore, IncomingObjects, FileDisposal, ObjectReads, ObjectRowsRepository, TierRoots, DiskSpace],
})
export class StorageModule {
  constructor(@Inject(WrappedKeyHolders) holders: WrappedKeyHolders, @Inject(TenantDatabase) tenant: TenantDatabase) {
    holders.register(new TableKeyHolder(tenant, 'stored_object'));
  }
}
