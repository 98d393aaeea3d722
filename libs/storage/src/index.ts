export type { DataKeys } from './data-keys.ts';
export { DiskSpace, type Room } from './disk-space.adapter.ts';
export { failpoint } from './failpoint.ts';
export type { DisposalReason } from './file-disposal.repository.ts';
export { FileDisposal, type RemovedFile } from './file-disposal.service.ts';
export * from './http/storage.contract.ts';
export type { IncomingObject } from './incoming-object.ts';
export { type Announced, IncomingObjects } from './incoming-objects.ts';
export { LentCopies } from './lent-copies.adapter.ts';
export { MoveListService } from './mover/move-list.service.ts';
export { MoverModule, TierModule } from './mover/mover.module.ts';
export { MoverService } from './mover/mover.service.ts';
export { MoverRequestService } from './mover/mover-request.service.ts';
export { type ObjectSubject, ObjectSubjects } from './mover/object-subjects.ts';
export { type ObjectExplanation, PlacementService } from './mover/placement.service.ts';
export { PlacementWishService } from './mover/placement-wish.service.ts';
export { type ReconcileReport, Reconciler } from './mover/reconciler.ts';
export { Scrubber, type ScrubReport } from './mover/scrubber.ts';
export { type StrayFile, StrayFileRepository } from './mover/stray-file.repository.ts';
export type { PutOptions, StoredBytes } from './object-intake.ts';
export {
  type NewObjectFile,
  type ObjectClass,
  type ObjectFile,
  type ObjectRows,
  ObjectRowsRepository,
} from './object-rows.repository.ts';
export { type ByteRange, ObjectStore } from './object-store.ts';
export { ObjectReads } from './reads/object-reads.ts';
export { StorageModule } from './storage.module.ts';
export { StorageHttpModule } from './storage-http.module.ts';
export { StorageJobsModule } from './storage-jobs.module.ts';
export { TierRoots } from './tier-roots.ts';
export { OldFigures } from './tiers/old-figures.repository.ts';
export { TierOverviewService } from './tiers/tier-overview.service.ts';
export { TierSet } from './tiers/tier-set.ts';
