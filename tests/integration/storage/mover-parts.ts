import { connectionOf, SystemDatabase, TransactionPool } from '#database';
import type { Clock } from '#kernel';
import type { Appliance } from '#manifest';
import { CandidateRepository } from '../../../libs/storage/src/mover/candidate.repository.ts';
import { FileRows } from '../../../libs/storage/src/mover/file-rows.repository.ts';
import { MoveJournal } from '../../../libs/storage/src/mover/move-journal.repository.ts';
import { MoveReservation } from '../../../libs/storage/src/mover/move-reservation.ts';
import { MoverParts } from '../../../libs/storage/src/mover/mover.parts.ts';
import { MoverService } from '../../../libs/storage/src/mover/mover.service.ts';
import { MoverLock } from '../../../libs/storage/src/mover/mover-lock.repository.ts';
import { MoverPlanner } from '../../../libs/storage/src/mover/mover-planner.ts';
import { MoverRunRepository } from '../../../libs/storage/src/mover/mover-run.repository.ts';
import { TierRepository } from '../../../libs/storage/src/tiers/tier.repository.ts';
import { TierSet } from '../../../libs/storage/src/tiers/tier-set.ts';

/** A mover put together by hand, so that its clock can be turned and its process killed. */
export function buildMover(appliance: Appliance, clock: Clock) {
  const system = new SystemDatabase(new TransactionPool(connectionOf(appliance, 'hf_system')));
  const tierRows = new TierRepository(system);
  const tiers = new TierSet(appliance.tiers, appliance.home, tierRows);
  const journal = new MoveJournal(system);
  const rows = new FileRows(system);
  const runs = new MoverRunRepository(system);
  const planner = new MoverPlanner(tiers, new CandidateRepository(system), journal, appliance);
  const reservation = new MoveReservation(system, journal, tiers);
  const parts = new MoverParts(appliance.mover, { tiers, journal, rows, reservation, clock });
  const mover = new MoverService(parts, planner, runs, new MoverLock(system), clock);
  const close = async () => {
    await mover.onApplicationShutdown();
    await system.close();
  };
  return { system, tiers, tierRows, journal, rows, runs, planner, mover, close };
}
