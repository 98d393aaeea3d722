import { Global, Module } from '@nestjs/common';
import { ChangeRepository } from './change.repository.ts';
import { ChangeCourse } from './change-course.ts';
import { ChangeHistory } from './change-history.service.ts';
import { DomainOverview } from './domain-overview.service.ts';
import { DomainWatch } from './domain-watch.ts';
import { HostJournal } from './host-journal.ts';
import { HostRounds, RoundTimes } from './host-rounds.ts';
import { ReconcileController } from './http/reconcile.controller.ts';
import { JournalRepository } from './journal.repository.ts';
import { ReconcileService } from './reconcile.service.ts';
import { ReconcilerRegistry } from './reconciler-registry.ts';
import { WatchRepository } from './watch.repository.ts';

const providers = [
  ...[ReconcilerRegistry, ReconcileService, DomainOverview, ChangeHistory, ChangeCourse, DomainWatch, HostJournal],
  ...[ChangeRepository, WatchRepository, JournalRepository],
];

/** Changing the host and watching it, without rounds of its own: whoever calls settles. */
@Global()
@Module({ providers, exports: providers })
export class ReconcileModule {}

/** The same over HTTP, in the one process that may speak to hosts; it finishes what others left. */
@Module({ imports: [ReconcileModule], controllers: [ReconcileController], providers: [HostRounds, RoundTimes] })
export class ReconcileHttpModule {}
