import { Inject, Injectable } from '@nestjs/common';
import { AuditTrail } from '#audit';
import { SystemDatabase } from '#database';
import { asHoldfastError, type HoldfastError } from '#kernel';
import { failpoint } from '#manifest';
import { loggerFor } from '#telemetry';
import { ChangeRepository, type ChangeRow } from './change.repository.ts';
import { nextStep, type Step } from './domain/next-step.ts';
import type { Errand, HostAnswer, Reconciler } from './domain/reconciler.ts';
import { reconcileError } from './reconcile-error.ts';
import { ReconcilerRegistry } from './reconciler-registry.ts';

const logger = loggerFor('reconcile');

/** The errand of a row. */
export function errandOf({ id, generation, order, confirmSeconds, actor }: ChangeRow): Errand<unknown> {
  return { changeId: id, generation, order, confirmSeconds, by: actor.label };
}

/**
 * Leads changes to their end. Whatever process died in the middle of one: the next asks the host what became of it, and writes that down with its entry
 * in the audit. Nothing here is done twice, because rows only move on from the state that they are in.
 */
@Injectable()
export class ChangeCourse {
  /** Orders that this very process waits for the answer of. */
  private readonly onTheirWay = new Set<string>();
  private readonly declaring = new Map<string, Promise<ChangeRow>>();

  constructor(
    @Inject(ChangeRepository) private readonly changes: ChangeRepository,
    @Inject(ReconcilerRegistry) private readonly registry: ReconcilerRegistry,
    @Inject(SystemDatabase) private readonly database: SystemDatabase,
    @Inject(AuditTrail) private readonly audit: AuditTrail,
  ) {}

  /** Has the host put a planned change in force. Throws what the host refuses it for; the row says what became of it. */
  async begin(change: ChangeRow): Promise<ChangeRow> {
    const reconciler = this.registry.get(change.domain);
    if (!(await this.database.run((sql) => this.changes.begin(sql, change.id))))
      throw reconcileError('RECONCILE_CHANGE_ENDED', 'The change was given up before it began: everything took too long.');
    failpoint('reconcile.applying');
    const applying: ChangeRow = { ...change, state: 'applying' };
    this.onTheirWay.add(change.id);
    try {
      const answer = await reconciler.apply(errandOf(applying));
      failpoint('reconcile.applied');
      return await this.take(applying, answer);
    } catch (error) {
      await this.afterRefusal(reconciler, applying, asHoldfastError(error));
      throw error;
    } finally {
      this.onTheirWay.delete(change.id);
    }
  }

  /** Asks the host about every open change and writes down what it says. A host that does not answer leaves everything as it is. */
  async settle(): Promise<ChangeRow[]> {
    const settled: ChangeRow[] = [];
    for (const change of await this.changes.open()) {
      const reconciler = this.registry.find(change.domain);
      if (!reconciler || this.onTheirWay.has(change.id)) continue;
      try {
        const now = await this.take(change, await reconciler.find(errandOf(change)));
        if (now.state !== change.state) settled.push(now);
      } catch (error) {
        logger.debug({ err: error, change: change.id }, 'The host could not be asked about a change; it is tried again');
      }
    }
    for (const change of await this.changes.undeclared()) await this.declare(change);
    return settled;
  }

  /** Writes down what the host says of a change; answers the row as it is then. */
  async take(change: ChangeRow, answer: HostAnswer): Promise<ChangeRow> {
    const deadline = change.deadline?.toISOString() ?? null;
    const step = nextStep({ ...change, deadline, ageMs: Date.now() - change.startedAt.getTime() }, answer);
    if (!step) return change;
    if (!(await this.write(change, step))) return (await this.changes.find(change.id)) ?? change;
    const now: ChangeRow = { ...change, ...step, deadline: step.deadline ? new Date(step.deadline) : null };
    return step.state === 'committed' ? this.declare(now) : now;
  }

  /** The host has it for good: so the manifest says it. Where that fails it is tried again, and the row says why. */
  private declare(change: ChangeRow): Promise<ChangeRow> {
    const running = this.declaring.get(change.id) ?? this.writeManifest(change).finally(() => this.declaring.delete(change.id));
    this.declaring.set(change.id, running);
    return running;
  }

  private async writeManifest(change: ChangeRow): Promise<ChangeRow> {
    failpoint('reconcile.committed');
    const author = (change.answeredBy ?? change.actor).label;
    let generation: number | null = null;
    let problem: string | null = null;
    try {
      generation = await this.registry.get(change.domain).keep(change.declares, { author, reason: change.purpose });
    } catch (error) {
      problem = asHoldfastError(error).message;
      if (problem !== change.manifestProblem)
        logger.warn({ err: error, change: change.id }, 'The manifest could not be written');
    }
    failpoint('reconcile.declared');
    await this.database.run((sql) => this.changes.declared(sql, change.id, generation, problem));
    return { ...change, manifestGeneration: generation, manifestProblem: problem };
  }

  /** What a refused order came to: the host may have taken it back, never have begun, or not be there to say. */
  private async afterRefusal(reconciler: Reconciler, change: ChangeRow, error: HoldfastError): Promise<void> {
    try {
      const answer = await reconciler.find(errandOf(change));
      const isRefused = !['unavailable', 'timeout'].includes(error.kind);
      if (answer.state === 'unknown' && isRefused)
        await this.write(change, { state: 'failed', generation: null, deadline: null, reason: error.message });
      else await this.take(change, answer);
    } catch (cause) {
      logger.debug({ err: cause, change: change.id }, 'What became of a refused change is not known yet');
    }
  }

  private write(change: ChangeRow, step: Step): Promise<boolean> {
    const { domain, planId, organisationId, requestId, answeredBy } = change;
    // Somebody's word counts where it is what happened: who kept it too late has not taken it back.
    const hasDecided = answeredBy !== null && step.state === { keep: 'committed', revert: 'rolled-back' }[answeredBy.wish];
    return this.database.run(async (sql) => {
      if (!(await this.changes.step(sql, change, step))) return false;
      if (step.state === 'committed') await this.changes.declared(sql, change.id, null, 'It is being written.');
      await this.audit.recordSystem(sql, {
        organisationId,
        actor: hasDecided ? answeredBy : { kind: 'system', id: 'reconcile', label: 'Host' },
        requestId,
        action: `reconcile.${step.state}`,
        target: { kind: 'host-domain', id: domain },
        detail: { change: change.id, planId, generation: step.generation, reason: step.reason },
      });
      return true;
    });
  }
}
