import type { Answer, Body } from './types.ts';

/** A part of the machine that is declared, applied and watched: `cores`, `memory`, … */
export type DomainSummary = Answer<'listReconcileDomains'>['domains'][number];
export type DomainState = DomainSummary['state'];
/** One domain with its drift. */
export type DomainDetail = Answer<'getReconcileDomain'>;
/** One departure of the machine from its plan. */
export type DriftRecord = DomainDetail['drift'][number];
export type DriftKind = DriftRecord['kind'];
/** A change in force that goes back by itself unless somebody keeps it. */
export type PendingChange = NonNullable<DomainDetail['pending']>;
/** One thing that another plan makes other. */
export type PlannedChange = PendingChange['changes'][number];
/** What would be applied, or why nothing can be. */
export type DomainPlan = Answer<'planReconcile'>;
/** What an apply names: exactly this plan on exactly this base, or nothing. */
export type ApplyRequest = Body<'applyReconcile'>;
export type HealRequest = Body<'healReconcile'>;
export type PastChange = Answer<'listReconcileHistory'>['generations'][number];
export type GenerationDiff = Answer<'diffReconcileGenerations'>;
