import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { assetKinds, pipelineSteps } from '../../http/asset.contract.ts';
import { dueJobs, inputVersionOf, type StepGates } from './due-jobs.ts';
import { type AssetKind, isSettled, type LedgerStep, newRow, type PipelineStep, rowOf } from './ledger.ts';
import { type StepJobName, stepPlans } from './step-plan.ts';

const fresh = () => pipelineSteps.map(newRow);
const names = (due: { jobs: Map<StepJobName, PipelineStep[]> }) => [...due.jobs.keys()];
const states = (rows: readonly LedgerStep[]) => Object.fromEntries(rows.map((row) => [row.step, row.state]));

type Outcome = 'done' | 'skipped' | 'failed' | 'continues';

/** What the runner does when a job ends. */
function finish(
  kind: AssetKind,
  rows: readonly LedgerStep[],
  steps: readonly PipelineStep[],
  outcomeOf: (step: PipelineStep) => Outcome,
) {
  return rows.map((row) => {
    const rule = stepPlans[kind][row.step];
    if (!steps.includes(row.step) || 'skip' in rule) return row;
    const outcome = outcomeOf(row.step);
    if (outcome === 'continues' && row.stage < rule.jobs.length - 1)
      return { ...row, state: 'waiting' as const, stage: row.stage + 1 };
    const state = outcome === 'continues' ? 'done' : outcome;
    return { ...row, state, runs: row.runs + (state === 'failed' ? 0 : 1), inputVersion: inputVersionOf(rule, rows) };
  });
}

/** Runs an asset to its end with every job succeeding. */
function runThrough(kind: AssetKind, gates: StepGates = {}, rows: LedgerStep[] = fresh()) {
  const log: StepJobName[] = [];
  let due = dueJobs(kind, rows, gates);
  while (due.jobs.size > 0) {
    let next: LedgerStep[] = due.rows;
    for (const [job, steps] of due.jobs) {
      log.push(job);
      next = finish(kind, next, steps, () => 'continues');
    }
    due = dueJobs(kind, next, gates);
  }
  return { log, rows: due.rows };
}

describe('what is due for each kind of asset', () => {
  test('a picture is decoded once, read, embedded, then made searchable', () => {
    expect(runThrough('image').log).toEqual(['image.analyse', 'text.recognise', 'asset.embed', 'asset.index']);
  });

  test('a video is searchable before it has been listened to, and again afterwards', () => {
    const { log } = runThrough('video');
    expect(log[0]).toBe('video.analyse');
    expect(log.indexOf('asset.index')).toBeLessThan(log.lastIndexOf('asset.index'));
    expect(log.at(-1)).toBe('asset.index');
    expect(log.filter((job) => job === 'video.proxy')).toHaveLength(1);
  });

  test('the first job of a picture does three steps at once', () => {
    expect(dueJobs('image', fresh()).jobs).toEqual(new Map([['image.analyse', ['probe', 'renditions', 'recognise']]]));
  });

  test('what cannot be read is still made findable by its name', () => {
    const { log, rows } = runThrough('unknown');
    expect(log).toEqual(['asset.index']);
    expect(states(rows)).toMatchObject({ probe: 'skipped', embed: 'skipped', index: 'done' });
  });

  test('a picture without writing skips the reading, with the reason', () => {
    const due = runThrough('image', { text: () => 'No text in sight.', embed: () => 'No text to embed.' });
    expect(due.log).toEqual(['image.analyse', 'asset.index']);
    expect(states(due.rows)).toMatchObject({ text: 'skipped', embed: 'skipped' });
  });
});

describe('when something fails or is made again', () => {
  test('a failed step skips what needs it, and the asset is made searchable all the same', () => {
    const first = dueJobs('image', fresh());
    const after = finish('image', first.rows, first.jobs.get('image.analyse') ?? [], (step) =>
      step === 'recognise' ? 'failed' : 'done',
    );
    const due = dueJobs('image', after);
    expect(due.skips[0]).toEqual({ step: 'text', outcome: 'Not possible, because the step recognise failed.' });
    expect(names(due)).toEqual(['asset.embed']);
  });

  test('a step that was skipped because of a failure runs once the failure is repaired', () => {
    const first = dueJobs('image', fresh());
    const broken = dueJobs(
      'image',
      finish('image', first.rows, first.jobs.get('image.analyse') ?? [], (step) => (step === 'recognise' ? 'failed' : 'done')),
    );
    const repaired = broken.rows.map((row) => (row.step === 'recognise' ? { ...row, state: 'done' as const, runs: 1 } : row));
    expect(dueJobs('image', repaired).jobs.get('text.recognise')).toEqual(['text']);
  });

  test('new text is embedded and indexed again, and nothing else', () => {
    const { rows } = runThrough('image');
    const again = rows.map((row) => (row.step === 'text' ? { ...row, state: 'waiting' as const } : row));
    expect(runThrough('image', {}, again).log).toEqual(['text.recognise', 'asset.embed', 'asset.index']);
  });

  test('text that is not there any more is taken out of the index', () => {
    const { rows } = runThrough('image');
    const again = rows.map((row) => (row.step === 'text' ? { ...row, state: 'waiting' as const } : row));
    const { log } = runThrough('image', { text: () => 'No text in sight.' }, again);
    expect(log).toContain('asset.index');
  });

  test('an asset at rest stays at rest', () => {
    for (const kind of assetKinds) expect(dueJobs(kind, runThrough(kind).rows).jobs.size).toBe(0);
  });
});

const anyKind = fc.constantFrom(...assetKinds);
const anyOutcome = fc.constantFrom<Outcome>('done', 'skipped', 'failed', 'continues');

test('whatever comes of the jobs, in whatever order they end, every asset comes to rest with every step settled and searchable last', () => {
  fc.assert(
    fc.property(
      anyKind,
      fc.infiniteStream(anyOutcome),
      fc.infiniteStream(fc.nat(10)),
      fc.array(fc.constantFrom(...pipelineSteps), { maxLength: 4 }),
      (kind, outcomes, picks, reruns) => {
        const next = () => outcomes.next().value as Outcome;
        const open = new Map<StepJobName, PipelineStep[]>();
        let lastEnded: StepJobName | undefined;
        let rows: LedgerStep[] = fresh();
        const plan = () => {
          const due = dueJobs(kind, rows);
          rows = due.rows;
          for (const [job, steps] of due.jobs) open.set(job, [...(open.get(job) ?? []), ...steps]);
        };
        plan();
        for (let ended = 0; open.size > 0; ended++) {
          expect(ended).toBeLessThan(100);
          const jobs = [...open.keys()];
          const job = jobs[(picks.next().value as number) % jobs.length] as StepJobName;
          rows = finish(kind, rows, open.get(job) ?? [], next);
          open.delete(job);
          lastEnded = job;
          const rerun = reruns.pop();
          if (rerun && isSettled(rowOf(rows, rerun)))
            rows = rows.map((row) => (row.step === rerun ? { ...row, state: 'waiting', stage: 0 } : row));
          plan();
        }
        expect(rows.every(isSettled)).toBe(true);
        expect(rowOf(rows, 'index').state).not.toBe('waiting');
        if (lastEnded === 'asset.index' || kind === 'unknown') return;
        // Whatever ended after the last indexing added nothing to search.
        const rule = stepPlans[kind].index;
        if ('uses' in rule) expect(rowOf(rows, 'index').inputVersion).toBe(inputVersionOf(rule, rows));
      },
    ),
    { numRuns: 1000 },
  );
});

test('planning is pure and idempotent: planning a plan adds nothing', () => {
  fc.assert(
    fc.property(
      anyKind,
      fc.array(fc.constantFrom('waiting', 'queued', 'running', 'done', 'skipped', 'failed'), { minLength: 6, maxLength: 6 }),
      (kind, given) => {
        const rows = pipelineSteps.map((step, index) => ({ ...newRow(step), state: given[index] as LedgerStep['state'] }));
        const before = JSON.stringify(rows);
        const due = dueJobs(kind, rows);
        expect(JSON.stringify(rows)).toBe(before);
        expect(dueJobs(kind, due.rows).jobs.size).toBe(0);
      },
    ),
  );
});
