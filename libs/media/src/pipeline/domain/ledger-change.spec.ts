import { describe, expect, test } from 'vitest';
import { pipelineSteps } from '../../http/asset.contract.ts';
import { type LedgerRow, withoutAccount, withWholeCost } from './account.ts';
import { assetStateOf } from './asset-state.ts';
import { newRow, type PipelineStep } from './ledger.ts';
import { applyResult, planNext, releaseQueued, resetSteps } from './ledger-change.ts';

const rowsWith = (
  changes: Partial<Record<PipelineStep, Partial<LedgerRow>>>,
  state: LedgerRow['state'] = 'done',
): LedgerRow[] => pipelineSteps.map((step) => ({ ...withoutAccount(newRow(step)), state, runs: 1, ...changes[step] }));

describe('what a result does to a row', () => {
  const running: LedgerRow = { ...withoutAccount(newRow('renditions')), state: 'running' };

  test('adds up what the jobs of one step cost', () => {
    const begun = applyResult('video', running, {
      step: 'renditions',
      state: 'continues',
      outcome: 'Poster made.',
      cpuMs: 100,
      durationMs: 300,
    });
    expect(begun).toMatchObject({
      state: 'waiting',
      stage: 1,
      runs: 0,
      stepVersion: expect.stringMatching(/^video\.analyse@/),
    });
    const ended = applyResult(
      'video',
      { ...begun, state: 'running' },
      { step: 'renditions', state: 'done', outcome: 'Plays.', cpuMs: 50, durationMs: 20 },
    );
    expect(ended).toMatchObject({
      state: 'done',
      stage: 0,
      runs: 1,
      cpuMs: 150,
      durationMs: 320,
      stepVersion: expect.stringMatching(/^video\.proxy@/),
    });
  });

  test('leaves no cost out: what no step claims is shared', () => {
    const results = [
      { step: 'probe', state: 'failed', outcome: 'Torn.' },
      { step: 'renditions', state: 'done', outcome: 'Made.', cpuMs: 40 },
    ] as const;
    expect(withWholeCost(results, 100).map(({ cpuMs }) => cpuMs)).toEqual([30, 70]);
    expect(withWholeCost(results, 10).map(({ cpuMs }) => cpuMs)).toEqual([0, 40]);
  });

  test('keeps what was found before when a later try fails', () => {
    const before = { ...running, runs: 2, findings: { hasSound: true } };
    const error = { code: 'SANDBOX_TIMEOUT', message: 'It took too long.' };
    const failed = applyResult('video', before, { step: 'renditions', state: 'failed', outcome: error.message, error });
    expect(failed).toMatchObject({ state: 'failed', runs: 2, findings: { hasSound: true }, errorCode: 'SANDBOX_TIMEOUT' });
  });
});

test('a step that was asked for again while its job ran is due again when the job ends', () => {
  const rows = rowsWith({ recognise: { state: 'queued' }, text: { state: 'queued' } });
  const released = releaseQueued('image', rows, 'image.analyse');
  expect(released.find(({ step }) => step === 'recognise')?.state).toBe('waiting');
  expect(released.find(({ step }) => step === 'text')?.state).toBe('queued');
});

test('a skipped step says why, and costs nothing', () => {
  const { rows, jobs } = planNext('unknown', [], {});
  expect(rows[0]).toMatchObject({
    step: 'probe',
    state: 'skipped',
    runs: 1,
    outcome: 'Nothing here can read this kind of file.',
    cpuMs: null,
  });
  expect([...jobs.keys()]).toEqual(['asset.index']);
});

describe('the state of an asset', () => {
  test('is ready when all is done, also while something is done again', () => {
    expect(assetStateOf('image', rowsWith({}))).toEqual({ state: 'ready', stateReason: null });
    expect(assetStateOf('image', resetSteps(rowsWith({}), ['recognise'])).state).toBe('ready');
  });

  test('is processing until everything has been done once', () => {
    expect(assetStateOf('video', rowsWith({ text: { state: 'queued', runs: 0 } })).state).toBe('processing');
  });

  test('is partial when a step failed or the file is damaged, and says what is missing', () => {
    const failed = rowsWith({ text: { state: 'failed', runs: 0, errorMessage: 'Too small.' } });
    expect(assetStateOf('image', failed)).toEqual({ state: 'partial', stateReason: 'The step text failed: Too small.' });
    const damaged = rowsWith({ probe: { findings: { damage: 'It ends early.' } } });
    expect(assetStateOf('image', damaged)).toEqual({ state: 'partial', stateReason: 'It ends early.' });
  });

  test('is unsupported when nothing could be read', () => {
    const error = { state: 'failed' as const, runs: 0, errorMessage: 'It is no picture.' };
    const rows = rowsWith({ probe: error, renditions: error, recognise: error, text: { state: 'skipped' } });
    expect(assetStateOf('image', rows)).toEqual({ state: 'unsupported', stateReason: 'It is no picture.' });
  });
});
