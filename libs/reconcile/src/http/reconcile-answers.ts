import type { AnswerOf } from '#kernel';
import type * as contract from './reconcile.contract.ts';

/** What is told over HTTP, for those who ask there. */
export type DomainsAnswer = AnswerOf<typeof contract.listReconcileDomains>;
export type DomainSummary = DomainsAnswer['domains'][number];
export type DomainAnswer = AnswerOf<typeof contract.getReconcileDomain>;
export type PlanAnswer = AnswerOf<typeof contract.planReconcile>;
export type PendingAnswer = AnswerOf<typeof contract.applyReconcile>;
export type OutcomeAnswer = AnswerOf<typeof contract.confirmReconcile>;
export type HealAnswer = AnswerOf<typeof contract.healReconcile>;
export type HistoryAnswer = AnswerOf<typeof contract.listReconcileHistory>;
export type GenerationDiffAnswer = AnswerOf<typeof contract.diffReconcileGenerations>;
