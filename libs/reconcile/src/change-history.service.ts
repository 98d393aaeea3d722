import { Inject, Injectable } from '@nestjs/common';
import { requireAccess } from '#access';
import { diffLines } from '#generations';
import type { AnswerOf, InputOf } from '#kernel';
import { ChangeRepository, type ChangeRow } from './change.repository.ts';
import { whyOf } from './change-words.ts';
import type { PlannedFile } from './domain/reconciler.ts';
import type { diffReconcileGenerations, listReconcileHistory } from './http/reconcile.contract.ts';
import { reconcileError } from './reconcile-error.ts';
import { ReconcilerRegistry } from './reconciler-registry.ts';

type History = AnswerOf<typeof listReconcileHistory>;
type Diff = AnswerOf<typeof diffReconcileGenerations>;
const marks = { kept: ' ', added: '+', removed: '-' } as const;

/** What was changed on the host, by whom, and what became of it. */
@Injectable()
export class ChangeHistory {
  constructor(
    @Inject(ReconcilerRegistry) private readonly registry: ReconcilerRegistry,
    @Inject(ChangeRepository) private readonly changes: ChangeRepository,
  ) {}

  /** Changes of the domain and of those that share the host's numbers with it, newest first. */
  async list(domain: string, { cursor, limit }: InputOf<typeof listReconcileHistory>['query']): Promise<History> {
    requireAccess('box.read');
    const { lane } = this.registry.get(domain);
    const rows = await this.changes.history(lane, cursor, limit + 1);
    const shown = rows.slice(0, limit);
    return { generations: shown.map(entryOf), nextCursor: rows.length > limit ? (shown.at(-1)?.id ?? null) : null };
  }

  /** Throws RECONCILE_GENERATION_UNKNOWN. */
  async diff(domain: string, generation: number, against: number | undefined): Promise<Diff> {
    requireAccess('box.read');
    const { lane } = this.registry.get(domain);
    const { change, former } = await this.changes.withFormer(lane, generation);
    const other = against === undefined ? former : (await this.changes.withFormer(lane, against)).change;
    const missing = change ? against : generation;
    if (!change || (against !== undefined && !other))
      throw reconcileError('RECONCILE_GENERATION_UNKNOWN', `There is no generation ${missing} of ${domain}.`);
    return {
      against: other?.generation ?? null,
      lines: diffFiles(other?.files ?? [], change.files),
      changes: change.changes,
    };
  }
}

function entryOf(row: ChangeRow): History['generations'][number] {
  const { id, domain, generation, planId, startedAt, byName, state, purpose, manifestGeneration, changes } = row;
  const outcome = state === 'planned' || state === 'applying' ? 'waiting' : state;
  return {
    ...{ changeId: id, domain, generation, planId, at: startedAt.toISOString(), by: byName, outcome },
    ...{ reason: whyOf(row) ?? purpose, manifestGeneration, changes },
  };
}

/** Lines of the files that differ; files that are the same are left out. */
function diffFiles(before: readonly PlannedFile[], after: readonly PlannedFile[]): Diff['lines'] {
  const texts = (files: readonly PlannedFile[]) => new Map(files.map(({ path, text }) => [path, text]));
  const [old, fresh] = [texts(before), texts(after)];
  const paths = [...new Set([...old.keys(), ...fresh.keys()])].sort();
  return paths
    .filter((path) => old.get(path) !== fresh.get(path))
    .flatMap((file) =>
      diffLines(old.get(file) ?? '', fresh.get(file) ?? '').map(({ kind, text }) => ({ file, kind: marks[kind], text })),
    );
}
