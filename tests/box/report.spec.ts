import { expect, it } from 'vitest';
import { type CheckResult, tableOf } from './report.ts';

const row = (change: Partial<CheckResult>): CheckResult => ({
  part: 'services',
  what: 'healthy',
  result: 'ok',
  seconds: 1.25,
  detail: '',
  ...change,
});

it('lists part, what was checked, result and seconds, and counts them', () => {
  const table = tableOf([
    row({}),
    row({ part: 'cuts', result: 'failed', seconds: 12, detail: 'torn\nand more' }),
    row({ result: 'skipped', seconds: 0, detail: 'x'.repeat(100) }),
  ]);
  expect(table.split('\n')).toEqual([
    'part      what was checked  result   seconds  seen',
    'services  healthy           ok           1.3',
    'cuts      healthy           failed      12.0  torn',
    `services  healthy           skipped      0.0  ${'x'.repeat(59)}…`,
    '1 ok, 1 failed, 1 skipped, 13 s',
  ]);
});
