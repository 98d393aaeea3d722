import { Injectable, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { Redis } from 'ioredis';
import { afterEach, expect, test } from 'vitest';
import { z } from 'zod';
import { DatabaseModule, SystemDatabase, TenantDatabase } from '#database';
import { currentContext, HoldfastError, runAs, type TenantContext } from '#kernel';
import { KeysJobsModule, KeysModule } from '#keys';
import type { Appliance } from '#manifest';
import {
  DeadLetterRetry,
  defineJob,
  HandlesJob,
  type JobHandler,
  type JobRun,
  JobRunner,
  LoadMeter,
  Outbox,
  OutboxRelay,
  QueueJobsModule,
  QueueLoadRepository,
  QueueModule,
  QueueScaler,
  QueueService,
} from '#queue';
import { addOrganisation, createTestAppliance } from '#testing';

const note = defineJob({
  name: 'note.write',
  queue: 'completion',
  role: 'general',
  permissions: ['asset.read'],
  payload: z.object({ text: z.string() }),
});

const seen: { text: string; organisationId: string; attempt: number }[] = [];
let behave: (text: string, run: JobRun) => Promise<void> | void = () => {};

@Injectable()
@HandlesJob(note)
class NoteHandler implements JobHandler<typeof note.payload> {
  async handle({ text }: { text: string }, run: JobRun): Promise<void> {
    seen.push({ text, organisationId: currentContext().organisationId, attempt: run.attempt });
    await behave(text, run);
  }
}

@Injectable()
@HandlesJob(note)
class SecondHandler extends NoteHandler {}

const closing: (() => Promise<unknown>)[] = [];

async function start(providers: (typeof NoteHandler)[], change: (appliance: Appliance) => void = () => {}) {
  const { appliance, remove } = await createTestAppliance();
  change(appliance);
  @Module({ imports: [DatabaseModule.of(appliance), QueueModule, QueueJobsModule, KeysModule, KeysJobsModule], providers })
  class TestWorker {}
  const app = await NestFactory.createApplicationContext(TestWorker, { logger: false });
  const organisation = await addOrganisation(app.get(SystemDatabase));
  const add = (text: string) =>
    runAs(organisation, () => app.get(TenantDatabase).run((sql) => app.get(Outbox).add(sql, note, { payload: { text } })));
  const left = () =>
    runAs(organisation, () =>
      app.get(TenantDatabase).run((sql) => sql.rows<{ state: string }>('SELECT state FROM outbox')),
    ).then((rows) => rows.map((row) => row.state));
  closing.push(remove, () => app.close());
  return { app, appliance, organisation, add, left, run: () => startWorker(app) };
}

async function startWorker(app: Awaited<ReturnType<typeof NestFactory.createApplicationContext>>): Promise<void> {
  await app.get(JobRunner).start(['general']);
  app.get(OutboxRelay).start();
  closing.push(
    () => app.get(JobRunner).stop(1000),
    () => app.get(OutboxRelay).stop(),
  );
}

async function until(condition: () => boolean | Promise<boolean>): Promise<void> {
  for (let tries = 0; tries < 600; tries++) {
    if (await condition()) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error('It did not come true within 30 s.');
}

afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
  seen.length = 0;
  behave = () => {};
});

test('a worker does not start when a job has no handler, or two', async () => {
  const none = await start([]);
  await expect(none.run()).rejects.toThrow('note.write has no handler');
  const two = await start([NoteHandler, SecondHandler]);
  await expect(two.run()).rejects.toThrow(/note\.write has two handlers; the second is (Note|Second)Handler/);
});

test('a job committed with its cause runs once, for its organisation, and leaves the outbox', async () => {
  const { add, run, left, organisation } = await start([NoteHandler]);
  await run();
  await add('hello');
  await until(async () => (await left()).length === 0);
  expect(seen).toEqual([{ text: 'hello', organisationId: organisation.organisationId, attempt: 1 }]);
});

test('a job whose cause is rolled back never runs', async () => {
  const { app, add, run, left, organisation } = await start([NoteHandler]);
  await run();
  const failing = runAs(organisation, () =>
    app.get(TenantDatabase).run(async (sql) => {
      await app.get(Outbox).add(sql, note, { payload: { text: 'never' } });
      throw new Error('rolled back');
    }),
  );
  await expect(failing).rejects.toThrow('rolled back');
  await add('after');
  await until(async () => (await left()).length === 0);
  expect(seen.map((entry) => entry.text)).toEqual(['after']);
});

test('a job that fails is tried again; out of attempts it is kept as a dead letter that can be run again', async () => {
  const { app, add, run, left, organisation } = await start([NoteHandler], (appliance) => {
    appliance.queues.completion.attempts = 2;
  });
  behave = () => {
    throw new Error('the printer is on fire');
  };
  await run();
  await add('doomed');
  await until(async () => (await left())[0] === 'dead');
  expect(seen.map((entry) => entry.attempt)).toEqual([1, 2]);
  const { items } = await runAs(organisation, () => app.get(QueueService).deadLetters({ limit: 10, cursor: undefined }));
  expect(items).toMatchObject([{ job: 'note.write', attempts: 2, errorMessage: 'the printer is on fire' }]);
  behave = () => {};
  expect(await runAs(organisation, () => app.get(DeadLetterRetry).retry(undefined))).toBe(1);
  await until(async () => (await left()).length === 0);
});

test("an error that is the file's own fault is not tried again", async () => {
  const { add, run, left } = await start([NoteHandler]);
  behave = () => {
    throw new HoldfastError('TEST_BROKEN', { kind: 'unprocessable', message: 'The file is broken.' });
  };
  await run();
  await add('broken');
  await until(async () => (await left())[0] === 'dead');
  expect(seen).toHaveLength(1);
});

test('an emptied Redis loses no job', async () => {
  const { appliance, add, run, left } = await start([NoteHandler]);
  await Promise.all(Array.from({ length: 20 }, (_, index) => add(`job ${index}`)));
  const redis = new Redis({ path: appliance.redisSocket, db: appliance.redisDatabase });
  behave = async (_text, jobRun) => {
    if (jobRun.attempt === 1 && seen.length === 5) await redis.flushdb();
  };
  await run();
  await until(async () => (await left()).length === 0);
  redis.disconnect();
  expect(new Set(seen.map((entry) => entry.text)).size).toBe(20);
}, 90_000);

test('two organisations see only their own queues', async () => {
  const { app, add, organisation } = await start([NoteHandler]);
  await add('mine');
  const other: TenantContext = await addOrganisation(app.get(SystemDatabase), 'Other');
  const waiting = async (context: TenantContext) =>
    (await runAs(context, () => app.get(QueueService).list())).items.find((queue) => queue.name === 'completion')?.waiting;
  expect([await waiting(organisation), await waiting(other)]).toEqual([1, 0]);
});

test('a queue with a strategy runs more at a time while more waits, tells why, and writes down what came', async () => {
  const { app, add, run, left, organisation } = await start([NoteHandler], (appliance) => {
    const scaling = { strategy: 'queue-depth', min: 1, max: 6, jobsPerSlot: 1, calmSeconds: 60 } as const;
    appliance.queues.completion = { concurrency: 1, attempts: 2, scaling };
  });
  let most = 0;
  let running = 0;
  let release = () => {};
  const released = new Promise<void>((resolve) => (release = resolve));
  behave = async () => {
    running += 1;
    most = Math.max(most, running);
    await released;
    running -= 1;
  };
  await run();
  for (let count = 0; count < 10; count += 1) await add(`note ${count}`);
  await until(() => most === 1);
  await app.get(QueueScaler).scale();
  await until(() => most === 6);
  const { items } = await runAs(organisation, () => app.get(QueueService).list());
  expect(items.find(({ name }) => name === 'completion')?.scaling).toEqual({
    strategy: 'queue-depth',
    slots: 6,
    reason: '10 jobs, one slot for 1; 10 would be needed, 6 is the most',
  });
  release();
  await until(async () => (await left()).length === 0);
  await until(() => running === 0);
  await app.get(LoadMeter).flush();
  const minutes = (await app.get(QueueLoadRepository).since(new Date(Date.now() - 3_600_000))).get('completion') ?? [];
  expect(minutes.reduce((sum, { jobs }) => sum + jobs, 0)).toBe(10);
  expect(minutes.reduce((sum, { busySeconds }) => sum + busySeconds, 0)).toBeGreaterThan(0);
});
