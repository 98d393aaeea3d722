import { expect, test } from 'vitest';
import { readSchedule } from './schedule.ts';

test.each([
  ['hourly :15', { every: 'hour', minute: 15 }],
  ['daily 02:30', { every: 'day', hour: 2, minute: 30 }],
  ['weekly sunday 05:00', { every: 'week', weekday: 0, hour: 5, minute: 0 }],
  ['weekly saturday 23:59', { every: 'week', weekday: 6, hour: 23, minute: 59 }],
  ['monthly 28 00:00', { every: 'month', day: 28, hour: 0, minute: 0 }],
])('%s is understood', (text, expected) => {
  expect(readSchedule(text)).toEqual(expected);
});

test.each([
  'hourly',
  'daily',
  'daily 24:00',
  'daily sunday 01:00',
  'weekly 05:00',
  'weekly funday 05:00',
  'monthly 29 01:00',
  'monthly 0 01:00',
  'monthly 01 01:00',
  '30 2 * * *',
  'daily  02:30',
  '',
])('%j is no schedule', (text) => {
  expect(readSchedule(text)).toBeUndefined();
});
