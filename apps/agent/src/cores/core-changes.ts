import { createHash } from 'node:crypto';
import { type AgentStatus, type ApplyRequest, agentError, type CoreGroups, type GenerationStatus } from '#agent-protocol';
import { topologyHash } from '#allocation';
import type { Clock } from '#kernel';
import { failpoint } from '#manifest';
import { holdShares, shareFiles } from '../gpu/hold-shares.ts';
import type { Host } from '../host/host.ts';
import type { Inventory } from '../inventory.adapter.ts';
import type { Journal } from '../journal/journal.adapter.ts';
import type { Peer } from '../peer.ts';
import type { Turns } from '../turns.ts';
import { aimOf, formerOf, groupsOf } from './aims.ts';
import { heldBudgetsOf, requireMemory, requireRoom, withBudgets } from './budgets.ts';
import { type Generation, type GenerationEntry, type GenerationHistory, statusOf } from './generation-history.ts';
import { type Health, lookAtHealth, requireHealth } from './health.ts';
import { knownGroups } from './known-groups.ts';
import { moveBack, moveCores, requireAgreement, type Stage } from './move-cores.ts';
import { planFiles } from './plan-files.ts';

const retryMs = { first: 5_000, most: 300_000 };

/** What changes of cores work on. */
export interface CoreChangesParts {
  host: Host;
  journal: Journal;
  /** What the journal says of generations. */
  history: GenerationHistory;
  /** Shared with all else that sets the machine. */
  turns: Turns;
  clock: Clock;
  /** What is declared, read anew at each request. */
  inventory(): Inventory;
  say(line: string): void;
}

/** Who asks, as the caller says and as the kernel does, and by when it must be answered (monotonic milliseconds). */
export interface Asked {
  claimedActor: string;
  peer: Peer | null;
  until: number;
}

/** Applies plans of cores, one at a time, and takes back what nobody confirms. Everything is in the journal before it happens. */
export class CoreChanges {
  private readonly parts: CoreChangesParts;
  private readonly history: GenerationHistory;
  /** What did its work before the change that waits. */
  private healthBefore: Health = { services: [], sockets: [] };
  private timer: NodeJS.Timeout | undefined;
  private retryIn = retryMs.first;

  constructor(parts: CoreChangesParts) {
    this.parts = parts;
    this.history = parts.history;
  }

  /** Takes back what a process before this one left unconfirmed. Where that fails it is tried again, and every change is refused meanwhile. */
  recover(): Promise<void> {
    return this.parts.turns.take(() => this.settle('the agent ended before it was confirmed'));
  }

  /** Takes back what waits for a confirmation: nobody would be there to do it later. */
  stop(): Promise<void> {
    return this.parts.turns
      .take(() => this.settle('the agent was stopped before it was confirmed'))
      .finally(() => clearTimeout(this.timer));
  }

  status(): AgentStatus {
    const { host, journal, inventory } = this.parts;
    const { committed, pending } = this.history;
    return {
      generation: committed?.generation ?? 0,
      planId: committed?.planId ?? null,
      budgets: committed?.budgets ?? null,
      assignments: committed?.assignments ?? null,
      gpu: committed?.gpu ?? null,
      pending: pending ? statusOf(pending) : null,
      topologyHash: topologyHash(host.topology()),
      workloads: inventory().workloads.map(({ id }) => id),
      journal: { entries: journal.records.length, head: journal.head },
    };
  }

  async read(): Promise<CoreGroups> {
    const { host, inventory } = this.parts;
    const groups = await host.seeGroups(knownGroups(host, inventory().workloads));
    return { generation: this.history.committed?.generation ?? 0, groups };
  }

  /** What became of a change that was asked for with a key; at once, also while one is being applied. */
  find(idempotencyKey: string): { change: GenerationStatus | null } {
    const found = this.history.withKey(idempotencyKey);
    return { change: found ? statusOf(found) : null };
  }

  apply(request: ApplyRequest, asked: Asked): Promise<GenerationStatus> {
    const requestHash = hashOf(request);
    return this.parts.turns.take(async () => {
      const known = this.history.withKey(request.idempotencyKey);
      if (known && known.requestHash === requestHash) return statusOf(known);
      if (known) throw agentError('AGENT_KEY_REUSED', `The key ${request.idempotencyKey} belongs to another request.`);
      this.requireBase(request.baseGeneration);
      const generation = await this.begin(request, requestHash, asked);
      try {
        await this.carryOut(generation, asked.until);
      } catch (error) {
        await this.goBack(generation, (error as Error).message, null);
        throw error;
      }
      this.arm(generation, request.deadManSeconds);
      return statusOf(generation);
    });
  }

  confirm(number: number, { claimedActor, peer }: Asked): Promise<GenerationStatus> {
    return this.parts.turns.take(async () => {
      const generation = this.require(number, 'committed');
      if (generation.state === 'committed') return statusOf(generation);
      await requireAgreement(this.parts.host, generation.aim);
      await requireHealth(this.parts.host, this.healthBefore);
      this.note({ event: 'committed', generation: number, claimedActor, peer });
      clearTimeout(this.timer);
      return statusOf(generation);
    });
  }

  rollback(number: number, { claimedActor, peer }: Asked): Promise<GenerationStatus> {
    return this.parts.turns.take(async () => {
      const generation = this.require(number, 'rolled-back');
      if (generation.state !== 'rolled-back') await this.goBack(generation, 'somebody asked for it', { claimedActor, peer });
      return statusOf(generation);
    });
  }

  private async begin(request: ApplyRequest, requestHash: string, { claimedActor, peer }: Asked): Promise<Generation> {
    const { host, clock } = this.parts;
    const inventory = this.parts.inventory();
    const workloads = withBudgets(inventory.workloads, request.budgets);
    requireMemory(workloads, host.memoryMb());
    const held = this.history.committed?.gpu ?? null;
    const gpu = holdShares({ host, inventory, held, now: clock.now() }, request.gpu);
    const files = [...planFiles(host.topology(), workloads, request), ...shareFiles(gpu)];
    await host.checkUnits(files);
    const aim = aimOf(host, files);
    requireRoom(aim.limits, await host.seeGroups(groupsOf(aim)));
    this.healthBefore = await lookAtHealth(host);
    const { planId, idempotencyKey, topologyHash: machine, assignments } = request;
    const named = {
      generation: this.history.next,
      planId,
      claimedActor,
      peer,
      idempotencyKey,
      requestHash,
      topologyHash: machine,
    };
    const budgets = heldBudgetsOf(workloads);
    this.note({ event: 'applying', ...named, budgets, assignments, gpu, aim, former: await formerOf(host, aim) });
    return this.history.pending as Generation;
  }

  private async carryOut({ generation, aim, former }: Generation, until: number): Promise<void> {
    await moveCores(this.parts.host, {
      from: former,
      to: aim,
      note: (stage) => this.note({ ...stage, generation, toward: 'aim' }),
      mayGoOn: () => {
        if (this.parts.clock.monotonicMs() > until)
          throw agentError('AGENT_DEADLINE', `Generation ${generation} was not in force in time.`, 'See why systemd is slow.');
      },
    });
    await requireHealth(this.parts.host, this.healthBefore);
  }

  private arm({ generation }: Generation, seconds: number): void {
    const confirmBy = new Date(this.parts.clock.now().getTime() + seconds * 1000).toISOString();
    this.note({ event: 'armed', generation, confirmBy });
    this.later(seconds * 1000, `nobody confirmed it within ${seconds} s`);
  }

  /** Never throws: what cannot be taken back now stays pending, and is tried again. */
  private async goBack(
    { generation, aim, former }: Generation,
    reason: string,
    asked: Pick<Asked, 'claimedActor' | 'peer'> | null,
  ): Promise<void> {
    clearTimeout(this.timer);
    const { claimedActor = null, peer = null } = asked ?? {};
    this.noteIfPossible({ event: 'rolling-back', generation, reason, claimedActor, peer });
    try {
      const note = (stage: Stage) => this.noteIfPossible({ ...stage, generation, toward: 'former' });
      await moveBack(this.parts.host, { from: aim, to: former, note });
      this.note({ event: 'rolled-back', generation });
      this.retryIn = retryMs.first;
    } catch (error) {
      this.noteIfPossible({ event: 'rollback-failed', generation, reason: (error as Error).message });
      this.later(this.retryIn, reason);
      this.retryIn = Math.min(this.retryIn * 2, retryMs.most);
    }
    this.parts.say(
      `generation ${generation}: ${reason}; ${this.history.pending ? 'it could not be taken back yet' : 'taken back'}`,
    );
  }

  private async settle(reason: string): Promise<void> {
    const { pending } = this.history;
    if (pending) await this.goBack(pending, pending.reason ?? reason, null);
  }

  private later(milliseconds: number, reason: string): void {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => void this.parts.turns.take(() => this.settle(reason)), milliseconds);
  }

  private requireBase(base: number): void {
    const { pending, committed } = this.history;
    if (pending)
      throw agentError(
        'AGENT_BUSY',
        `Generation ${pending.generation} is ${pending.state}: nothing else can be applied meanwhile.`,
        `Confirm it or take it back: cores.confirm, cores.rollback.`,
      );
    const current = committed?.generation ?? 0;
    if (base !== current)
      throw agentError(
        'AGENT_GENERATION_STALE',
        `The plan builds on generation ${base}, and ${current} is in force.`,
        'Plan again.',
      );
  }

  /** The pending generation of that number, or one that has already come to where it is to go. Throws AGENT_NOTHING_PENDING. */
  private require(number: number, end: 'committed' | 'rolled-back'): Generation {
    const found = this.history.get(number);
    if (found && (found.state === end || found.state === 'armed')) return found;
    if (found && found === this.history.pending && end === 'rolled-back') return found;
    const state = found ? `is ${found.state}${found.reason ? ` (${found.reason})` : ''}` : 'does not exist';
    throw agentError('AGENT_NOTHING_PENDING', `Generation ${number} ${state}: nothing of it waits.`, 'Ask for the status.');
  }

  private note(entry: GenerationEntry): void {
    this.parts.journal.append(entry);
    this.history.take(entry);
    failpoint(`agent.${entry.event}`);
  }

  /** On the way back the record of the change is all that is needed: a full disk must not keep the machine where nobody wants it. */
  private noteIfPossible(entry: GenerationEntry): void {
    try {
      this.note(entry);
    } catch (error) {
      this.parts.say(`the journal cannot take ${entry.event}: ${(error as Error).message}`);
    }
  }
}

function hashOf(request: ApplyRequest): string {
  return createHash('sha256').update(canonical(request)).digest('hex');
}

/** JSON with keys in order. */
function canonical(value: unknown): string {
  return JSON.stringify(value, (_, part) =>
    typeof part === 'object' && part !== null && !Array.isArray(part)
      ? Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1)))
      : part,
  );
}
