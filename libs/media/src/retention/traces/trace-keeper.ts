import { Inject, Injectable } from '@nestjs/common';
import { cutoffOf } from '../domain/decide.ts';
import type { PreviewTraces } from '../domain/preview.ts';
import { longestOf, type Policies, type TraceName } from '../domain/retention-class.ts';
import { PolicyRepository } from '../policy.repository.ts';
import type { DueTraces, TraceStore } from './trace-store.ts';

/** Injection token of the places where traces lie. */
export const TRACE_STORES = Symbol('TRACE_STORES');

/** What is due of everything that is no asset. */
@Injectable()
export class TraceKeeper {
  constructor(
    @Inject(TRACE_STORES) private readonly stores: readonly TraceStore[],
    @Inject(PolicyRepository) private readonly policies: PolicyRepository,
  ) {}

  /** What would go, by class; classes that are kept for ever are not named. */
  async due(policies: Policies, instant: Date): Promise<(DueTraces & { class: TraceName; olderThan: Date })[]> {
    const found: (DueTraces & { class: TraceName; olderThan: Date })[] = [];
    for (const [store, olderThan] of await this.cutoffs(policies, instant))
      found.push({ class: store.class, olderThan, ...(await store.due(olderThan)) });
    return found;
  }

  async preview(policies: Policies, instant: Date): Promise<PreviewTraces[]> {
    return (await this.due(policies, instant)).map(({ names: _names, olderThan: _olderThan, ...traces }) => traces);
  }

  /** From when on each class is due; what several organisations share goes once none of them wants it any more. */
  async cutoffs(policies: Policies, instant: Date): Promise<Map<TraceStore, Date>> {
    const isAsked = ({ policy, isShared }: TraceStore) => isShared && policies[policy] !== null;
    const others = this.stores.some(isAsked) ? await this.policies.ofOthers() : [];
    const cutoffs = new Map<TraceStore, Date>();
    for (const store of this.stores) {
      const all = store.isShared ? [policies, ...others] : [policies];
      const cutoff = cutoffOf(longestOf(all.map((one) => one[store.policy])), instant);
      if (cutoff) cutoffs.set(store, cutoff);
    }
    return cutoffs;
  }

  /** How much there is of classes that know it at once. */
  async amounts(): Promise<Map<TraceName, { entries: number; bytes: number | null }>> {
    const amounts = new Map<TraceName, { entries: number; bytes: number | null }>();
    for (const store of this.stores) if (store.amount) amounts.set(store.class, await store.amount());
    return amounts;
  }
}
