import { Inject, Injectable } from '@nestjs/common';
import { type Sql, SystemDatabase } from '#database';
import type { ActorKind } from '#kernel';
import { type ChangeState, openStates, type Step } from './domain/next-step.ts';
import type { PlannedChange, PlannedFile, Values } from './domain/reconciler.ts';

/** Who asked for something. */
export interface Actor {
  kind: Exclude<ActorKind, 'job'>;
  id: string;
  label: string;
  /** By which people know an account; null for commands and the system. */
  name?: string | null;
}

/** Who said what is to become of a change that waits. */
export interface Decision extends Actor {
  wish: 'keep' | 'revert';
}

/** A change of the host as its row has it. */
export interface ChangeRow {
  id: string;
  domain: string;
  lane: string;
  state: ChangeState;
  planId: string;
  baseGeneration: number;
  generation: number | null;
  changes: PlannedChange[];
  declares: Values;
  after: Values;
  files: PlannedFile[];
  order: unknown;
  confirmSeconds: number;
  deadline: Date | null;
  organisationId: string;
  actor: Actor;
  /** The actor by the name that people know. */
  byName: string;
  requestId: string;
  purpose: string;
  answeredBy: Decision | null;
  reason: string | null;
  manifestGeneration: number | null;
  manifestProblem: string | null;
  startedAt: Date;
}

/** What a new row is made of. */
export type NewChange = Omit<
  ChangeRow,
  | 'state'
  | 'generation'
  | 'deadline'
  | 'byName'
  | 'answeredBy'
  | 'reason'
  | 'manifestGeneration'
  | 'manifestProblem'
  | 'startedAt'
>;

/** The name that people know an account by. */
const nameOf = (id: string) => `(SELECT display_name FROM account WHERE account.id::text = ${id})`;
const columns = `reconcile_change.id, domain, lane, state, plan_id AS "planId", base_generation::float8 AS "baseGeneration", generation::float8 AS generation, changes, declares,
  after_values AS after, files, host_order AS "order", confirm_seconds AS "confirmSeconds", deadline, actor_organisation AS "organisationId",
  jsonb_build_object('kind', actor_kind, 'id', actor_id, 'label', actor_label) AS actor,
  coalesce(${nameOf('actor_id')}, actor_label) AS "byName", request_id AS "requestId", purpose,
  answered_by || coalesce(jsonb_build_object('name', ${nameOf("answered_by->>'id'")}), '{}') AS "answeredBy", reason, manifest_generation AS "manifestGeneration", manifest_problem AS "manifestProblem", started_at AS "startedAt"`;
const isOpen = `state IN (${openStates.map((state) => `'${state}'`).join(', ')})`;

/** Rows of changes of the host. Each method that changes one does so only from the state that it is thought to be in, and answers whether it was. */
@Injectable()
export class ChangeRepository {
  constructor(@Inject(SystemDatabase) private readonly database: SystemDatabase) {}

  /** Answers false where another change of the lane is open. */
  async insert(sql: Sql, change: NewChange): Promise<boolean> {
    const { actor } = change;
    const json = [change.changes, change.declares, change.after, change.files, change.order].map((part) =>
      JSON.stringify(part),
    );
    const inserted = await sql.run(
      `INSERT INTO reconcile_change (id, domain, lane, state, plan_id, base_generation, changes, declares, after_values, files, host_order,
         confirm_seconds, actor_organisation, actor_kind, actor_id, actor_label, request_id, purpose)
       VALUES ($1, $2, $3, 'planned', $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17)
       ON CONFLICT (lane) WHERE state IN ('planned', 'applying', 'waiting') DO NOTHING`,
      [
        ...[change.id, change.domain, change.lane, change.planId, change.baseGeneration],
        ...json,
        ...[change.confirmSeconds, change.organisationId, actor.kind, actor.id, actor.label],
        ...[change.requestId, change.purpose],
      ],
    );
    return inserted > 0;
  }

  async begin(sql: Sql, id: string): Promise<boolean> {
    return (await sql.run(`UPDATE reconcile_change SET state = 'applying' WHERE id = $1 AND state = 'planned'`, [id])) > 0;
  }

  async step(sql: Sql, { id, state }: Pick<ChangeRow, 'id' | 'state'>, next: Step): Promise<boolean> {
    const changed = await sql.run(
      `UPDATE reconcile_change SET state = $3, generation = $4, deadline = $5, reason = $6,
         ended_at = CASE WHEN $3 IN ('committed', 'rolled-back', 'failed') THEN now() END
       WHERE id = $1 AND state = $2`,
      [id, state, next.state, next.generation, next.deadline, next.reason],
    );
    return changed > 0;
  }

  /** Writes down who said keep or take back, before the host is told. */
  async answer(id: string, by: Decision): Promise<void> {
    const text = 'UPDATE reconcile_change SET answered_by = $2 WHERE id = $1';
    await this.database.run((sql) => sql.run(text, [id, JSON.stringify(by)]));
  }

  async declared(sql: Sql, id: string, generation: number | null, problem: string | null): Promise<void> {
    await sql.run(
      'UPDATE reconcile_change SET manifest_generation = coalesce($2, manifest_generation), manifest_problem = $3 WHERE id = $1',
      [id, generation, problem],
    );
  }

  find(id: string): Promise<ChangeRow | undefined> {
    return this.one('id = $1', [id]);
  }

  /** What is under way, of one lane or of all. */
  open(lane?: string): Promise<ChangeRow[]> {
    return this.many(`${isOpen} AND ($1::text IS NULL OR lane = $1) ORDER BY id`, [lane ?? null]);
  }

  /** Changes that the host has for good and the manifest does not say yet; of each lane only the newest that the host has. */
  undeclared(): Promise<ChangeRow[]> {
    return this.many(
      `manifest_problem IS NOT NULL AND NOT EXISTS (
         SELECT FROM reconcile_change later WHERE later.lane = reconcile_change.lane AND later.state = 'committed' AND later.id > reconcile_change.id)`,
      [],
    );
  }

  /** The newest change of a lane that the host has for good, or that of a generation. */
  committed(lane: string, generation?: number): Promise<ChangeRow | undefined> {
    return this.one(`lane = $1 AND state = 'committed' AND ($2::bigint IS NULL OR generation = $2) ORDER BY id DESC LIMIT 1`, [
      lane,
      generation ?? null,
    ]);
  }

  /** A change by the host's number, and the one that was in force before it. */
  async withFormer(lane: string, generation: number): Promise<{ change?: ChangeRow; former?: ChangeRow }> {
    const change = await this.one('lane = $1 AND generation = $2 ORDER BY id DESC LIMIT 1', [lane, generation]);
    if (!change) return {};
    const former = await this.one(`lane = $1 AND state = 'committed' AND generation < $2 ORDER BY generation DESC LIMIT 1`, [
      lane,
      generation,
    ]);
    return { change, ...(former ? { former } : {}) };
  }

  /** Newest first, from before `cursor` on. */
  history(lane: string, cursor: string | undefined, limit: number): Promise<ChangeRow[]> {
    return this.many('lane = $1 AND ($2::uuid IS NULL OR id < $2) ORDER BY id DESC LIMIT $3', [lane, cursor ?? null, limit]);
  }

  private async one(where: string, parameters: unknown[]): Promise<ChangeRow | undefined> {
    return (await this.many(where, parameters))[0];
  }

  private many(where: string, parameters: unknown[]): Promise<ChangeRow[]> {
    return this.database.run((sql) =>
      sql.rows<ChangeRow & Record<string, unknown>>(`SELECT ${columns} FROM reconcile_change WHERE ${where}`, parameters),
    );
  }
}
