import { expect, test } from 'vitest';
import {
  changesOf,
  confirms,
  type Policy,
  previewInWords,
  readDays,
  thereIsInWords,
  tracesInWords,
} from './retention-words.ts';

const policy = (name: string, keepDays: number | null, settable = true): Policy => ({
  class: name,
  settable,
  keepDays,
  note: null,
  assets: 0,
  bytes: 0,
  entries: null,
  leastDays: null,
  changedBy: null,
  changedAt: null,
});
const amount = { assets: 9120, objects: 12431, bytes: 1.2e12 };

test('days are a number from 1 to 36 500; nothing typed is for ever', () => {
  expect(['', ' ', '30', '0', '-1', '3.5', '40000', 'soon'].map((typed) => readDays(typed))).toEqual([
    null,
    null,
    30,
    undefined,
    undefined,
    undefined,
    undefined,
    undefined,
  ]);
});

test('only what differs is a change', () => {
  const items = [policy('trash', 30), policy('original-video', null), policy('audit', 1095, false)];
  expect(changesOf(items, { trash: '30', 'original-video': '', audit: '1' })).toEqual({});
  expect(changesOf(items, { trash: '', 'original-video': '90' })).toEqual({ trash: null, 'original-video': 90 });
  expect(changesOf(items, { trash: 'soon' })).toBeUndefined();
});

test('a preview says how much goes, and when the first', () => {
  expect(previewInWords({ total: amount, firstAt: '2026-11-22T00:00:00.000Z' })).toBe(
    'This would delete 12\u202f431 objects of 9\u202f120 assets, 1.20 TB, the first on 22 Nov 2026.',
  );
  const none = { assets: 0, objects: 0, bytes: 0 };
  expect(previewInWords({ total: none, firstAt: null })).toBe('This would delete nothing.');
  expect(previewInWords({ total: none, firstAt: '2027-03-01T00:00:00.000Z' })).toContain(
    'nothing yet; the first on 1 Mar 2027',
  );
});

test('the audit is kept for a year at least, and any class for ever', () => {
  const items = [{ ...policy('audit', 1095), leastDays: 365 }];
  expect(changesOf(items, { audit: '364' })).toBeUndefined();
  expect(changesOf(items, { audit: '365' })).toEqual({ audit: 365 });
  expect(changesOf(items, { audit: '' })).toEqual({ audit: null });
});

test('what is no asset is said by itself, with why it stays', () => {
  const logs = { class: 'logs', entries: 12, bytes: 41_000_000, firstAt: '2026-01-03T00:00:00.000Z', keptBecause: null };
  expect(tracesInWords(logs)).toBe('Logs of the appliance: 12 entries, 41.0 MB, the first of 3 Jan 2026 would go.');
  expect(tracesInWords({ ...logs, entries: 0 })).toBeUndefined();
  const held = { class: 'audit', entries: 1, bytes: null, firstAt: null, keptBecause: 'A legal hold stands.' };
  expect(tracesInWords(held)).toBe('Audit: 1 entry would go, but stay. A legal hold stands.');
  expect(thereIsInWords({ assets: null, bytes: 96_000_000, entries: 28 })).toBe('28 earlier parts, 96.0 MB');
  expect(thereIsInWords({ assets: null, bytes: null, entries: null })).toBe('–');
});

test('the typed number is compared as a number', () => {
  expect([confirms('9120', 9120), confirms('9 120', 9120), confirms('9,120', 9120), confirms('912', 9120)]).toEqual([
    true,
    true,
    true,
    false,
  ]);
});
