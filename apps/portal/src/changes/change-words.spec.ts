import { expect, test } from 'vitest';
import type { PlannedChange } from '../api/reconcile-types.ts';
import { changesText, changeText, countdownText, healingText, valueText } from './change-words.ts';

const change = (subject: string): PlannedChange => ({ subject, what: 'threads', from: '6', to: '8', restartNeeded: false });

test('a change says from what to what', () => {
  expect(changeText(change('video'))).toBe('video threads 6 → 8');
  expect(changeText({ ...change('video'), from: null })).toBe('video threads none → 8');
  expect(valueText('memoryHighMb', '28000')).toBe('28\u202f000 MB');
  expect(valueText('cpus', '8-10,24')).toBe('8–10, 24');
  const share = { ...change('ml'), what: 'gpuPercent2', from: '80', to: '60' };
  expect(changeText(share)).toBe('ml ceiling of the card, declared card 2 80 % → 60 %');
});

test('many changes are cut short and counted', () => {
  expect(changesText([])).toBe('nothing changes');
  expect(changesText(['a', 'b', 'c'].map(change), 2)).toBe('a threads 6 → 8, b threads 6 → 8, and 1 more');
});

test('CPUs that follow from threads are not told beside them, and a first time is told as one', () => {
  const cpus = { ...change('video'), what: 'cpus', from: '8-10', to: '8-11' };
  expect(changesText([change('video'), cpus])).toBe('video threads 6 → 8');
  expect(changesText([cpus])).toBe('video CPUs 8–10 → 8–11');
  const first = ['a', 'b', 'c', 'd'].map((id) => ({ ...change(id), from: null }));
  expect(changesText(first)).toBe('all of it for the first time');
});

test('a countdown never shows less than is left, nor less than nothing', () => {
  expect(countdownText(59.2)).toBe('1:00');
  expect(countdownText(7)).toBe('0:07');
  expect(countdownText(-3)).toBe('0:00');
});

test('healing says when it has given up', () => {
  expect(healingText({ healing: 'self', tries: 0 })).toBe('Put right by itself at the next look.');
  expect(healingText({ healing: 'self', tries: 2 })).toBe('Tried twice by itself; it is tried again.');
  expect(healingText({ healing: 'self', tries: 3 })).toMatch(/now it needs somebody/);
  expect(healingText({ healing: 'asks', tries: 0 })).toBe('Not put right by itself.');
});
