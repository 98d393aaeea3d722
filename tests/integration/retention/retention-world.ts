import { randomBytes } from 'node:crypto';
import { vi } from 'vitest';
import {
  DeletionRequestService,
  HoldService,
  ObjectSweepModule,
  PipelineJobsModule,
  RetentionJobsModule,
  RetentionRunner,
  RetentionService,
} from '#media';
import { FileDisposal } from '#storage';
import { makeWorld, type World } from '../pipeline/pipeline-world.ts';

const dayMs = 86_400_000;

/** A world in which days pass at will, and all that retention is made of. */
export interface RetentionWorld extends World {
  retention: RetentionService;
  requests: DeletionRequestService;
  runner: RetentionRunner;
  holds: HoldService;
  /** Lets so many days pass. */
  later(days: number): void;
  /** Brings new bytes in; answers the asset's id. */
  bring(name?: string): Promise<string>;
  trash(...ids: string[]): Promise<void>;
  /** Sets days by preview and digest, as an administrator does. */
  set(policies: Parameters<RetentionService['preview']>[0]): Promise<void>;
  /** Asks for a run and carries it out. */
  run(): Promise<string>;
  isThere(id: string): Promise<boolean>;
  /** Unlinks noted files at once, as a sweep does two minutes later; answers how many. */
  disposeNow(): Promise<number>;
  items(runId: string): Promise<{ assetId: string; state: string; reason: string | null }[]>;
}

export async function makeRetentionWorld(): Promise<RetentionWorld> {
  const world = await makeWorld({ modules: [PipelineJobsModule, RetentionJobsModule, ObjectSweepModule] });
  const [retention, requests, runner, holds] = [
    world.app.get(RetentionService),
    world.app.get(DeletionRequestService),
    world.app.get(RetentionRunner),
    world.app.get(HoldService),
  ];
  const { as, rows } = world;
  let passed = 0;
  return {
    ...world,
    retention,
    requests,
    runner,
    holds,
    later: (days) => {
      passed += days;
      vi.useFakeTimers({ toFake: ['Date'], now: realNow() + passed * dayMs });
    },
    bring: async (name = 'a.bin') => {
      const id = await world.add(randomBytes(2000), name);
      await rows('UPDATE asset SET added_at = $2 WHERE id = $1', [id, new Date()]);
      return id;
    },
    trash: async (...ids) => {
      await rows('UPDATE asset SET trashed_at = $2 WHERE id = ANY($1)', [ids, new Date()]);
    },
    set: (policies) =>
      as(async () => {
        const { digest } = await retention.preview(policies);
        await retention.save({ policies, digest });
      }),
    run: () =>
      as(async () => {
        const { digest } = await retention.preview({});
        const { id } = await requests.run(digest);
        await runner.run(id);
        return id;
      }),
    isThere: async (id) => (await rows('SELECT FROM asset WHERE id = $1', [id])).length > 0,
    disposeNow: async () => {
      await rows('UPDATE file_disposal SET due_at = now()');
      return (await world.app.get(FileDisposal).sweep()).files;
    },
    items: (runId) => as(async () => (await requests.listItems(runId, { limit: 500 })).items),
  };
}

const realDateNow = Date.now;
function realNow(): number {
  return realDateNow.call(Date);
}
