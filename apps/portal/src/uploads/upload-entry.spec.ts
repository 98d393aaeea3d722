import { expect, test } from 'vitest';
import { summarise, type UploadEntry, type UploadPhase } from './upload-entry.ts';

let id = 0;
const entry = (phase: UploadPhase, sizeBytes = 100, sentBytes = 0): UploadEntry => ({
  id: id++,
  file: {} as File,
  name: 'a.jpg',
  folder: '',
  sizeBytes,
  phase,
  hashedBytes: 0,
  sentBytes,
});

test('closing is safe once every byte is stored or known, even while it is still being understood', () => {
  expect(summarise([entry('stored'), entry('known'), entry('understood')]).safeToClose).toBe(true);
  for (const phase of ['queued', 'hashing', 'checking', 'sending', 'waiting', 'paused'] as const)
    expect(summarise([entry('stored'), entry(phase)]).safeToClose).toBe(false);
});

test('a failed file does not hold up the figure of the others, but is counted', () => {
  const summary = summarise([entry('stored', 100), entry('failed', 900), entry('sending', 100, 50)]);
  expect(summary.share).toBeCloseTo(0.75);
  expect(summary.failed).toBe(1);
});

test('empty files make progress, and nothing at all is none', () => {
  expect(summarise([entry('stored', 0), entry('queued', 0)]).share).toBe(0.5);
  expect(summarise([]).share).toBe(0);
});
