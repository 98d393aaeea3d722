export { ChangeCourse } from './change-course.ts';
export * from './domain/reconciler.ts';
export { HostJournal, type JournalEntry, type JournalSource } from './host-journal.ts';
export { RoundTimes } from './host-rounds.ts';
export type * from './http/reconcile-answers.ts';
export { ReconcileHttpModule, ReconcileModule } from './reconcile.module.ts';
export { ReconcileService } from './reconcile.service.ts';
export { reconcileError } from './reconcile-error.ts';
export { ReconcilerRegistry } from './reconciler-registry.ts';
