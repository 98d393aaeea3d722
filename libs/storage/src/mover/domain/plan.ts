import { createHash } from 'node:crypto';
import { byScore, type Candidate } from './candidate.ts';
import { ageRuleOf, dueByAge, hoursAfter, hoursInWords, type MoveRule, type MoverPolicy } from './policy.ts';
import { pressureOf, reliefOf } from './pressure.ts';
import { type ObservedTier, RoomLedger } from './room-ledger.ts';
import { isWithin } from './window.ts';

/** All that a plan is made of. `candidates` are few enough to hold; those that rows rule out are counted in `blocked`. */
export interface Observed {
  /** From fast to large. */
  tiers: readonly ObservedTier[];
  candidates: readonly Candidate[];
  blocked: readonly Skipped[];
  /** Moves for age whatever the time of day: somebody asked for a run, or wants to know what the window will bring. */
  ignoresWindow: boolean;
}

export interface PlannedMove {
  objectId: string;
  organisationId: string;
  generation: number;
  from: string;
  to: string;
  bytes: number;
  rule: MoveRule;
  reason: string;
}

/** Objects that a rule would move and that stay, with the reason why. */
export interface Skipped {
  reason: string;
  count: number;
  bytes: number;
}

/** What moves, in this order, and why nothing else does. The same input makes the same plan, byte by byte. */
export interface Plan {
  /** Of the moves: a run carries out exactly the plan that was looked at, or nothing. */
  digest: string;
  plannedAt: Date;
  moves: PlannedMove[];
  skipped: Skipped[];
  /** What was found about each tier, in sentences. */
  reasons: string[];
}

/** Decides what moves. Pure: wishes of people first, then use, then want of room, then age. */
export function plan(observed: Observed, policy: MoverPolicy, now: Date): Plan {
  const planner = new Planner(observed, policy, now);
  planner.moveToPins();
  planner.promote();
  planner.relieve();
  planner.age();
  return planner.result();
}

class Planner {
  readonly #observed: Observed;
  readonly #policy: MoverPolicy;
  readonly #now: Date;
  readonly #tiers: Map<string, ObservedTier>;
  readonly #ledger: RoomLedger;
  readonly #candidates: Candidate[];
  readonly #taken = new Set<string>();
  readonly #moves: PlannedMove[] = [];
  readonly #skipped = new Map<string, Skipped>();
  readonly #reasons: string[] = [];
  readonly #isWindowOpen: boolean;
  #bytes = 0;

  constructor(observed: Observed, policy: MoverPolicy, now: Date) {
    this.#observed = observed;
    this.#policy = policy;
    this.#now = now;
    this.#tiers = new Map(observed.tiers.map((tier) => [tier.settings.name, tier]));
    this.#ledger = new RoomLedger(observed.tiers);
    this.#candidates = [...observed.candidates].sort(byScore(now));
    this.#isWindowOpen = observed.ignoresWindow || isWithin(policy.window, now);
    for (const { reason, count, bytes } of observed.blocked) this.#skip(reason, count, bytes);
    for (const { settings, state, reason } of observed.tiers)
      if (state !== 'ready')
        this.#reasons.push(`${settings.name} is ${state}: nothing moves to or from it. ${reason ?? ''}`.trim());
  }

  moveToPins(): void {
    for (const object of this.#candidates)
      if (object.pinnedTier !== null && object.pinnedTier !== object.tier)
        this.#consider(object, object.pinnedTier, 'pin', `pinned to ${object.pinnedTier}`);
  }

  promote(): void {
    const { promotion } = this.#policy;
    const [first] = this.#observed.tiers;
    if (!promotion || !first) return;
    const reason = `read at least ${promotion.reads} times in ${hoursInWords(promotion.withinHours)}`;
    // What is read most comes first; the order of the list decides between equals.
    const wanted = this.#candidates.filter(
      ({ tier, recentReads }) => tier !== first.settings.name && recentReads >= promotion.reads,
    );
    for (const object of wanted.sort((a, b) => b.recentReads - a.recentReads)) {
      if (hoursAfter(object.placedAt, promotion.waitHours) > this.#now)
        this.#skip(`came to its tier less than ${hoursInWords(promotion.waitHours)} ago`, 1, object.bytes);
      else this.#consider(object, first.settings.name, 'promotion', reason);
    }
  }

  relieve(): void {
    for (const tier of [...this.#observed.tiers].reverse()) {
      const { name, highPercent, lowPercent, criticalPercent } = tier.settings;
      const { level, excessBytes } = pressureOf(tier);
      if (level === 'none' || tier.state !== 'ready') continue;
      const targets = reliefOf(tier, this.#observed.tiers);
      const mark = level === 'critical' ? criticalPercent : highPercent;
      if (targets.length === 0) this.#reasons.push(this.#noRelief(tier, mark));
      else if (level === 'high' && !this.#isWindowOpen)
        this.#reasons.push(`${name} is above ${mark} %: it is relieved in the window.`);
      else {
        const freed = this.#relieveOne(tier, targets, excessBytes, level === 'critical', `${name} is above ${mark} %`);
        const left = freed >= excessBytes ? '' : `, ${Math.ceil(excessBytes - freed)} bytes short of it`;
        this.#reasons.push(`${name} is above ${mark} %: it is brought down to ${lowPercent} %${left}.`);
      }
    }
  }

  age(): void {
    if (!this.#isWindowOpen) {
      this.#reasons.push(`Objects move for their age from ${this.#policy.window.from} to ${this.#policy.window.to} only.`);
      return;
    }
    for (const object of this.#candidates) {
      const rule = ageRuleOf(this.#policy, object);
      const residence = this.#tiers.get(object.tier)?.settings.residenceHours;
      if (!rule || residence === undefined || this.#taken.has(object.objectId)) continue;
      // What is wanted up is not sent down.
      const isInUse = this.#policy.promotion !== null && object.recentReads >= this.#policy.promotion.reads;
      if (isInUse || dueByAge(rule, residence, object) > this.#now) continue;
      this.#consider(object, rule.to, 'age', `not read for ${hoursInWords(rule.idleHours)}`);
    }
  }

  result(): Plan {
    const skipped = [...this.#skipped.values()].sort((a, b) => (a.reason < b.reason ? -1 : 1));
    return {
      digest: digestOf(this.#moves, this.#now),
      plannedAt: this.#now,
      moves: this.#moves,
      skipped,
      reasons: this.#reasons,
    };
  }

  #relieveOne(tier: ObservedTier, targets: ObservedTier[], excessBytes: number, isCritical: boolean, reason: string): number {
    let freed = 0;
    for (const object of this.#candidates) {
      if (freed >= excessBytes) break;
      if (object.tier !== tier.settings.name || this.#taken.has(object.objectId)) continue;
      if (!isCritical && hoursAfter(object.placedAt, tier.settings.residenceHours) > this.#now) {
        this.#skip(`came to its tier less than ${hoursInWords(tier.settings.residenceHours)} ago`, 1, object.bytes);
        continue;
      }
      const target =
        targets.find(({ settings }) => this.#ledger.refusal(settings.name, object.bytes, false) === undefined) ?? targets[0];
      if (target && this.#consider(object, target.settings.name, 'pressure', reason)) freed += object.bytes;
    }
    return freed;
  }

  #noRelief({ settings, fileSystem }: ObservedTier, mark: number): string {
    const isAlone = this.#observed.tiers.some((tier) => tier.settings.name !== settings.name && tier.fileSystem === fileSystem);
    const why = isAlone ? 'the other tiers share its file system, so moving makes no room' : 'no slower tier is ready';
    return `${settings.name} is above ${mark} %, and ${why}.`;
  }

  /** Takes a move into the plan unless something speaks against it. */
  #consider(object: Candidate, to: string, rule: MoveRule, reason: string): boolean {
    if (this.#taken.has(object.objectId)) return false;
    const refusal = this.#refusal(object, to, rule);
    if (refusal !== undefined) {
      this.#skip(refusal, 1, object.bytes);
      return false;
    }
    const { objectId, organisationId, generation, tier, bytes } = object;
    this.#taken.add(objectId);
    this.#ledger.take(to, bytes);
    this.#bytes += bytes;
    this.#moves.push({ objectId, organisationId, generation, from: tier, to, bytes, rule, reason });
    return true;
  }

  #refusal(object: Candidate, to: string, rule: MoveRule): string | undefined {
    const [source, target] = [this.#tiers.get(object.tier), this.#tiers.get(to)];
    if (object.damage !== null) return 'damaged: what is wrong must be mended first';
    if (object.neverMove) return 'never to be moved';
    if (object.pinnedTier !== null && object.pinnedTier !== to) return `pinned to ${object.pinnedTier}`;
    if (object.tier === to) return 'there already';
    if (source?.state !== 'ready') return `${object.tier} is ${source?.state ?? 'not declared'}`;
    if (target?.state !== 'ready') return `${to} is ${target?.state ?? 'not declared'}`;
    if (this.#moves.length >= this.#policy.maxMovesPerRun) return 'more moves than one run may make';
    if (this.#bytes + object.bytes > this.#policy.maxBytesPerRun) return 'more bytes than one run may move';
    return this.#ledger.refusal(to, object.bytes, rule === 'pin');
  }

  #skip(reason: string, count: number, bytes: number): void {
    const known = this.#skipped.get(reason) ?? { reason, count: 0, bytes: 0 };
    this.#skipped.set(reason, { reason, count: known.count + count, bytes: known.bytes + bytes });
  }
}

/** The instant of a plan and a hash of its moves: `20261121T180500.000Z-<64 hexadecimal digits>`. */
function digestOf(moves: readonly PlannedMove[], now: Date): string {
  const hash = createHash('sha256');
  for (const { objectId, generation, from, to, rule, bytes } of moves)
    hash.update(`${objectId} ${generation} ${from} ${to} ${rule} ${bytes}\n`);
  return `${now.toISOString().replaceAll(/[-:]/g, '')}-${hash.digest('hex')}`;
}

/** The instant that a digest was made for; undefined where it is none. */
export function instantOf(digest: string): Date | undefined {
  const match = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d\.\d{3}Z)-[0-9a-f]{64}$/.exec(digest);
  if (!match) return undefined;
  const [, year, month, day, hour, minute, second] = match;
  const instant = new Date(`${year}-${month}-${day}T${hour}:${minute}:${second}`);
  return Number.isNaN(instant.getTime()) ? undefined : instant;
}
