import { Inject, Injectable } from '@nestjs/common';
import type { z } from 'zod';
import { asHoldfastError, newId, runAs } from '#kernel';
import { EventPublisher } from '#queue';
import { driftFindings, loggerFor } from '#telemetry';
import { ChangeRepository } from './change.repository.ts';
import { keepSince } from './domain/drift-since.ts';
import { type DriftRecord, driftKinds, type Reconciler } from './domain/reconciler.ts';
import { type domainStates, reconcileChanged } from './http/reconcile.contract.ts';
import { type SeenDomain, WatchRepository } from './watch.repository.ts';

const logger = loggerFor('reconcile');
const driftLastsMs = 60_000;
/** Of a host that did not answer yet. */
const never = new Date(0);

export type DomainState = (typeof domainStates)[number];
type Told = z.input<typeof reconcileChanged.payload>;

/** How a domain stands right now. */
export interface DomainView {
  state: DomainState;
  hostControl: { available: boolean; reason: string | null };
  generation: number | null;
  planId: string | null;
  drift: DriftRecord[];
  checkedAt: Date | null;
}

/** Holds domains against their hosts, and tells browsers when one stands otherwise than before. */
@Injectable()
export class DomainWatch {
  constructor(
    @Inject(WatchRepository) private readonly seen: WatchRepository,
    @Inject(ChangeRepository) private readonly changes: ChangeRepository,
    @Inject(EventPublisher) private readonly events: EventPublisher,
  ) {}

  /** How it stands, by the last look at its drift where that is fresh. Never throws for a host that does not answer. */
  async view(reconciler: Reconciler): Promise<DomainView> {
    const known = await this.seen.find(reconciler.domain);
    const isFresh = known && Date.now() - known.checkedAt.getTime() < driftLastsMs && known.state !== 'unavailable';
    return isFresh ? this.judge(reconciler, known) : this.look(reconciler);
  }

  /** Looks anew, writes down what was seen, and tells what is new. */
  async look(reconciler: Reconciler): Promise<DomainView> {
    const before = await this.seen.find(reconciler.domain);
    const found = await this.ask(reconciler, before);
    const view = await this.judge(reconciler, found);
    measureDrift(reconciler.domain, view.drift);
    await this.seen.put(reconciler.domain, { ...found, state: view.state });
    for (const kind of driftKinds)
      driftFindings.set({ domain: reconciler.domain, kind }, view.drift.filter((record) => record.kind === kind).length);
    if (before?.state !== view.state || before.drift.length !== view.drift.length) await this.publish(reconciler, view.state);
    return view;
  }

  /** Tells that something was done, and looks; what fails here is no failure of what was done. */
  async tell(reconciler: Reconciler): Promise<void> {
    try {
      await this.look(reconciler);
    } catch (error) {
      logger.warn({ err: error, domain: reconciler.domain }, 'The domain could not be looked at');
    }
  }

  private async ask(reconciler: Reconciler, before: SeenDomain | undefined): Promise<SeenDomain> {
    const checkedAt = new Date();
    try {
      const { watched, records } = await reconciler.drift();
      return { state: watched ? 'in-step' : 'undeclared', drift: keepSince(records, before?.drift ?? []), checkedAt };
    } catch (error) {
      logger.debug({ err: asHoldfastError(error), domain: reconciler.domain }, 'Drift cannot be seen');
      return { state: 'unavailable', drift: before?.drift ?? [], checkedAt: before?.checkedAt ?? never };
    }
  }

  private async judge(reconciler: Reconciler, seen: SeenDomain): Promise<DomainView> {
    const [{ host }, open] = await Promise.all([reconciler.observe(), this.changes.open(reconciler.lane)]);
    const own = open.find(({ domain }) => domain === reconciler.domain);
    const isUndeclared = host.generation === 0 || seen.state === 'undeclared';
    const drift = isUndeclared ? [] : seen.drift;
    const watched = drift.length > 0 ? 'drifted' : 'in-step';
    const state = (): DomainState => {
      if (host.problem !== null) return 'unavailable';
      if (own) return isGoingBack(own.deadline) ? 'rolling-back' : 'waiting';
      return isUndeclared ? 'undeclared' : watched;
    };
    return {
      state: state(),
      hostControl: { available: host.problem === null, reason: host.problem },
      generation: host.generation,
      planId: host.planId,
      drift,
      checkedAt: seen.checkedAt.getTime() === never.getTime() ? null : seen.checkedAt,
    };
  }

  /** The box is everybody's: each organisation hears of it. */
  private async publish({ domain }: Reconciler, state: Told['state']): Promise<void> {
    for (const organisationId of await this.seen.organisations()) {
      const actor = { kind: 'system', id: 'reconcile', label: 'Host' } as const;
      runAs({ organisationId, actor, permissions: new Set(), requestId: newId() }, () =>
        this.events.publish(reconcileChanged, { domain, state }),
      );
    }
  }
}

function isGoingBack(deadline: Date | null): boolean {
  return deadline !== null && deadline.getTime() < Date.now();
}

/** Kinds that were healed count none again, rather than what they counted last. */
const measuredKinds = new Map<string, Set<string>>();

function measureDrift(domain: string, drift: readonly DriftRecord[]): void {
  const kinds = measuredKinds.get(domain) ?? new Set<string>();
  measuredKinds.set(domain, kinds);
  for (const { kind } of drift) kinds.add(kind);
  for (const kind of kinds) driftFindings.set({ domain, kind }, drift.filter((record) => record.kind === kind).length);
}
