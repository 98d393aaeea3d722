import { Module } from '@nestjs/common';
import { APPLIANCE } from '#database';
import { type Clock, systemClock } from '#kernel';
import type { Appliance } from '#manifest';
import { ObjectReadRepository } from '../reads/object-read.repository.ts';
import { CLOCK } from '../storage.tokens.ts';
import { TierRepository } from '../tiers/tier.repository.ts';
import { TierFigures } from '../tiers/tier-figures.repository.ts';
import { TierHealth } from '../tiers/tier-health.service.ts';
import { TierOverviewService } from '../tiers/tier-overview.service.ts';
import { TierSet } from '../tiers/tier-set.ts';
import { CandidateRepository } from './candidate.repository.ts';
import { FileRows } from './file-rows.repository.ts';
import { MoveJournal } from './move-journal.repository.ts';
import { MoveListRepository } from './move-list.repository.ts';
import { MoveListService } from './move-list.service.ts';
import { MoveReservation } from './move-reservation.ts';
import { MoverParts } from './mover.parts.ts';
import { MoverService } from './mover.service.ts';
import { MoverLock } from './mover-lock.repository.ts';
import { MoverPlanner } from './mover-planner.ts';
import { MoverRequestService } from './mover-request.service.ts';
import { MoverRunRepository } from './mover-run.repository.ts';
import { ObjectSubjects } from './object-subjects.ts';
import { PlacementRepository } from './placement.repository.ts';
import { PlacementService } from './placement.service.ts';
import { PlacementWishService } from './placement-wish.service.ts';
import { Reconciler } from './reconciler.ts';
import { Scrubber } from './scrubber.ts';
import { StrayFileRepository } from './stray-file.repository.ts';

const tiers = {
  provide: TierSet,
  inject: [APPLIANCE, TierRepository],
  useFactory: ({ tiers: declared, home }: Appliance, repository: TierRepository) => new TierSet(declared, home, repository),
};
const planning = [TierRepository, tiers, CandidateRepository, MoveJournal, MoverPlanner, MoverRunRepository, FileRows];
const looking = [MoveListRepository, ObjectReadRepository, PlacementRepository, TierFigures, TierHealth];
const services = [
  MoveListService,
  MoverRequestService,
  ObjectSubjects,
  PlacementService,
  PlacementWishService,
  TierOverviewService,
];

/** Tiers as they are, what would move between them and why, for every process. */
@Module({
  providers: [...planning, ...looking, ...services, { provide: CLOCK, useValue: systemClock }],
  exports: [...planning, ...services, ObjectReadRepository, CLOCK],
})
export class TierModule {}

const parts = {
  provide: MoverParts,
  inject: [APPLIANCE, TierSet, MoveJournal, FileRows, MoveReservation, CLOCK],
  useFactory: (
    { mover }: Appliance,
    tierSet: TierSet,
    journal: MoveJournal,
    rows: FileRows,
    reservation: MoveReservation,
    clock: Clock,
  ) => new MoverParts(mover, { tiers: tierSet, journal, rows, reservation, clock }),
};

/** Moving and checking, for worker processes and commands. */
@Module({
  imports: [TierModule],
  providers: [MoveReservation, MoverLock, parts, MoverService, Reconciler, Scrubber, StrayFileRepository],
  exports: [TierModule, MoverService, Reconciler, Scrubber, StrayFileRepository],
})
export class MoverModule {}
