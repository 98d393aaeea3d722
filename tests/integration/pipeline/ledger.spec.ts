import { afterEach, describe, expect, test } from 'vitest';
import { HoldfastError } from '#kernel';
import { PipelineEverywhere, PipelineJobsModule, PipelineService, type StepJobName, StepRunner } from '#media';
import { DeadLetterRetry, JobRunner } from '#queue';
import { ProcessorMeter } from '#sandbox';
import { SearchJobsModule } from '#search';
import { makeWorld, until, type World } from './pipeline-world.ts';
import { makePicture } from './sample-media.ts';
import { allDone, idleForOtherRooms, type StandIn, standIn, standInsExcept } from './stand-ins.ts';

let world: World | undefined;
afterEach(async () => {
  await world?.close();
  world = undefined;
});

/** A world in which jobs only pretend, but for those with a say of their own. */
async function pretend(own: Partial<Record<StepJobName, StandIn>>, options: { work?: boolean } = {}) {
  const named = Object.keys(own) as StepJobName[];
  const providers = [...standInsExcept(...named), ...named.map((name) => standIn(name, own[name])), ...idleForOtherRooms()];
  world = await makeWorld({
    modules: [PipelineJobsModule],
    providers,
    change: (appliance) => (appliance.queues.image.attempts = 2),
  });
  if (options.work ?? true) await world.startWorker();
  return world;
}

const steps = (rows: Record<string, unknown>[]) => Object.fromEntries(rows.map((row) => [row.step, row]));

test('a worker does not start when a job has no handler, or two', async () => {
  const without = await makeWorld({ modules: [PipelineJobsModule], providers: standInsExcept('video.proxy') });
  await expect(without.app.get(JobRunner).start(['media'])).rejects.toThrow('video.proxy has no handler');
  await without.close();
  const twice = await makeWorld({ modules: [PipelineJobsModule, SearchJobsModule], providers: standInsExcept() });
  await expect(twice.app.get(JobRunner).start(['media'])).rejects.toThrow('asset.index has two handlers');
  await twice.close();
});

describe('the ledger', () => {
  test('keeps for every step what it cost, which version and models did it, and what came of it', async () => {
    const modelVersions: Record<string, string> = { eye: '1.2.0' };
    const { add, settle, rows } = await pretend({
      'image.analyse': ({ steps: asked }) => ({
        results: [...asked].map((step) => ({
          step,
          state: 'done',
          outcome: `${step} is fine.`,
          cpuMs: 12,
          modelVersions: step === 'recognise' ? modelVersions : {},
        })),
      }),
    });
    const id = await add(await makePicture(1), 'a.jpg');
    await settle();
    const ledger = steps(await rows('SELECT * FROM ledger_step WHERE asset_id = $1', [id]));
    expect(ledger.recognise).toMatchObject({
      state: 'done',
      attempts: 1,
      cpu_ms: 12,
      duration_ms: expect.any(Number),
      step_version: 'image.analyse@1',
      model_versions: { eye: '1.2.0' },
      outcome: 'recognise is fine.',
      error_code: null,
    });
    expect(ledger.embed).toMatchObject({ state: 'skipped', attempts: 0, outcome: 'There is no text to embed.' });
    for (const name of ['queued_at', 'started_at', 'finished_at']) expect(ledger.probe).toHaveProperty(name, expect.any(Date));
  });

  test('marks one failed step, says so on the asset, and goes on with the others', async () => {
    const { add, settle, rows, ledger } = await pretend({
      'text.recognise': () => {
        throw new HoldfastError('OCR_UNREADABLE', { kind: 'unprocessable', message: 'The letters are too small.' });
      },
    });
    const id = await add(await makePicture(1), 'a.jpg');
    await settle();
    expect(await ledger(id)).toMatchObject({ probe: 'done', text: 'failed', embed: 'skipped', index: 'done' });
    const [asset] = await rows('SELECT state, state_reason FROM asset WHERE id = $1', [id]);
    expect(asset).toEqual({ state: 'partial', state_reason: 'The step text failed: The letters are too small.' });
    expect(await rows('SELECT FROM outbox')).toHaveLength(0);
  });

  test('tries a crash once more, then keeps a dead letter that can be run again', async () => {
    let crashes = true;
    const attempts: number[] = [];
    const { app, as, add, settle, rows, ledger } = await pretend({
      'image.analyse': (context) => {
        attempts.push(context.run.attempt);
        if (!crashes) return allDone(context);
        ProcessorMeter.note(900);
        throw new HoldfastError('SANDBOX_KILLED', { kind: 'unprocessable', message: 'The parser crashed on SIGSEGV.' });
      },
    });
    const id = await add(await makePicture(1), 'evil.jpg');
    await settle();
    expect(attempts).toEqual([1, 2]);
    expect(await ledger(id)).toMatchObject({ probe: 'failed', renditions: 'failed', text: 'skipped', index: 'done' });
    const costs = await rows(`SELECT cpu_ms FROM ledger_step WHERE asset_id = $1 AND state = 'failed'`, [id]);
    expect(costs).toEqual(Array.from({ length: 3 }, () => ({ cpu_ms: 300 })));
    const dead = await rows('SELECT job, error_code, error_message FROM outbox');
    expect(dead).toEqual([
      { job: 'image.analyse', error_code: 'SANDBOX_KILLED', error_message: 'The parser crashed on SIGSEGV.' },
    ]);
    crashes = false;
    expect(await as(() => app.get(DeadLetterRetry).retry(undefined))).toBe(1);
    await settle();
    expect(await ledger(id)).toMatchObject({
      probe: 'done',
      renditions: 'done',
      recognise: 'done',
      text: 'done',
      index: 'done',
    });
    expect(await rows('SELECT state FROM asset')).toEqual([{ state: 'ready' }]);
  });

  test('does not blame a file for a machine that was too busy to read it', async () => {
    const seen: string[] = [];
    const { add, settle, rows, ledger } = await pretend({
      'image.analyse': (context) => {
        seen.push(context.asset.state);
        // Three tries are more than this queue allows for anything else.
        if (seen.length === 3) return allDone(context);
        const values = { cpuMs: 900, wallSeconds: 60, signal: 'SIGKILL' };
        throw new HoldfastError('SANDBOX_TIMEOUT', { kind: 'unprocessable', message: 'It took longer than 60 s.', values });
      },
    });
    const id = await add(await makePicture(1), 'a.jpg');
    await settle();
    expect(seen).toEqual(['processing', 'processing', 'processing']);
    expect(await ledger(id)).toMatchObject({ probe: 'done', renditions: 'done', index: 'done' });
    expect(await rows('SELECT state FROM asset')).toEqual([{ state: 'ready' }]);
    expect(await rows('SELECT FROM outbox')).toEqual([]);
  });

  test('forgets a dead letter when its steps are asked for anew', async () => {
    let crashes = true;
    const { app, as, add, settle, rows } = await pretend({
      'image.analyse': (context) => {
        if (crashes) throw new HoldfastError('SANDBOX_MEMORY', { kind: 'unprocessable', message: 'Too much.' });
        return allDone(context);
      },
    });
    const id = await add(await makePicture(1), 'a.jpg');
    await settle();
    expect(await rows('SELECT state FROM outbox')).toEqual([{ state: 'dead' }]);
    crashes = false;
    await as(() => app.get(PipelineService).rerun(id));
    await settle();
    expect(await rows('SELECT FROM outbox')).toEqual([]);
    expect(await rows('SELECT state FROM asset')).toEqual([{ state: 'ready' }]);
  });

  test('survives a world that is away for a moment, and shows why it waits', async () => {
    const { add, settle, ledger } = await pretend({
      'image.analyse': (context) => {
        if (context.run.attempt === 1)
          throw new HoldfastError('STORAGE_IO', { kind: 'unavailable', message: 'The disk is away.' });
        return allDone(context);
      },
    });
    const id = await add(await makePicture(1), 'a.jpg');
    await settle();
    expect(await ledger(id)).toMatchObject({ probe: 'done', index: 'done' });
  });
});

describe('a job that runs twice at once', () => {
  test('writes its effects once', async () => {
    const { app, as, add, rows, ledger } = await pretend({}, { work: false });
    const id = await add(await makePicture(1), 'a.jpg');
    const [job] = await rows<{ id: string }>('SELECT id FROM outbox');
    const run = { id: job?.id ?? '', attempt: 1, isLastAttempt: false, signal: new AbortController().signal };
    let written = 0;
    const work: StandIn = async (context) => {
      await new Promise((resolve) => setTimeout(resolve, 50));
      return { ...allDone(context), commit: async () => void written++ };
    };
    const once = () =>
      as(() =>
        app.get(StepRunner).run('image.analyse', { assetId: id, urgency: 'normal' }, run, async (context) => work(context)),
      );
    await Promise.all([once(), once(), once()]);
    expect(written).toBe(1);
    expect(await ledger(id)).toMatchObject({ probe: 'done', text: 'queued' });
    expect(await rows('SELECT job FROM outbox')).toEqual([{ job: 'text.recognise' }]);
  });

  test('writes nothing for an asset that was deleted meanwhile', async () => {
    const { add, settle, rows } = await pretend({
      'image.analyse': async (context) => {
        await world?.rows('DELETE FROM asset WHERE id = $1 RETURNING 1', [context.asset.id]);
        return allDone(context);
      },
    });
    await add(await makePicture(1), 'a.jpg');
    await settle();
    expect(await rows('SELECT FROM ledger_step')).toEqual([]);
    expect(await rows('SELECT FROM outbox')).toEqual([]);
  });
});

describe('running again', () => {
  test('does the named steps and what is made from them, and nothing else', async () => {
    const ran: string[] = [];
    const note: StandIn = (context) => {
      ran.push([...context.steps].join('+'));
      return allDone(context);
    };
    const { app, as, add, settle } = await pretend({ 'image.analyse': note, 'text.recognise': note, 'asset.index': note });
    const id = await add(await makePicture(1), 'a.jpg');
    await settle();
    ran.length = 0;
    expect(await as(() => app.get(PipelineService).rerun(id, ['recognise']))).toEqual(['recognise']);
    await settle();
    expect(ran).toEqual(['recognise', 'index']);
  });

  test('asked for while the same step runs, runs it once more afterwards', async () => {
    let release = () => {};
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    let runs = 0;
    const { app, as, add, settle, ledger } = await pretend({
      'image.analyse': async (context) => {
        runs += 1;
        if (runs === 1) await held;
        return allDone(context);
      },
    });
    const id = await add(await makePicture(1), 'a.jpg');
    await until(async () => runs === 1);
    await as(() => app.get(PipelineService).rerun(id, ['probe']));
    release();
    await settle();
    expect(runs).toBe(2);
    expect(await ledger(id)).toMatchObject({ probe: 'done', renditions: 'done', index: 'done' });
  });

  test('for a new model reaches every asset that has not seen it, in batches', async () => {
    let version = '1.0.0';
    const seen: string[] = [];
    const eye = (step: string): Record<string, string> => (step === 'recognise' ? { eye: version } : {});
    const { app, as, add, settle, rows } = await pretend({
      'image.analyse': (context) => {
        if (!context.steps.has('probe')) seen.push(context.asset.id);
        const { results } = allDone(context);
        return {
          results: results.map((result) => ({ ...result, modelVersions: eye(result.step) })),
        };
      },
    });
    const ids: string[] = [];
    for (let index = 0; index < 60; index++)
      ids.push(await add(Buffer.from(`\xff\xd8\xff\xe0 picture ${index}`, 'latin1'), `${index}.jpg`));
    await settle();
    version = '1.1.0';
    const choice = { kinds: ['image' as const], steps: ['recognise' as const], model: { name: 'eye', version } };
    await as(() => app.get(PipelineEverywhere).rerun(choice, 'eye 1.1.0 was enabled'));
    await settle();
    expect(seen.sort()).toEqual(ids.sort());
    await as(() => app.get(PipelineEverywhere).rerun(choice, 'eye 1.1.0 was enabled'));
    await settle();
    expect(seen).toHaveLength(60);
    expect(await rows(`SELECT DISTINCT model_versions FROM ledger_step WHERE step = 'recognise'`)).toEqual([
      { model_versions: { eye: '1.1.0' } },
    ]);
  });

  test('takes up what an older version made and what no job is under way for', async () => {
    const { app, add, settle, rows, ledger, as } = await pretend({});
    const old = await add(await makePicture(1), 'old.jpg');
    const lost = await add(await makePicture(2), 'lost.jpg');
    const unplanned = await add(await makePicture(3), 'unplanned.jpg');
    await settle();
    await rows(
      `UPDATE ledger_step SET step_version = 'image.analyse@0' WHERE asset_id = $1 AND step = 'renditions' RETURNING 1`,
      [old],
    );
    // As if this kind of asset had not had the step at that time.
    await rows(
      `UPDATE ledger_step SET state = 'skipped', step_version = '', outcome = NULL WHERE asset_id = $1 AND step = 'renditions' RETURNING 1`,
      [unplanned],
    );
    await rows(`UPDATE ledger_step SET state = 'running' WHERE asset_id = $1 AND step = 'recognise' RETURNING 1`, [lost]);
    await as(() => app.get(PipelineEverywhere).refresh());
    await until(async () => (await ledger(lost)).recognise === 'done');
    await settle();
    expect(await ledger(unplanned)).toMatchObject({ renditions: 'done', index: 'done' });
    expect(await rows(`SELECT step_version FROM ledger_step WHERE asset_id = $1 AND step = 'renditions'`, [old])).toEqual([
      { step_version: 'image.analyse@1' },
    ]);
  });
});
