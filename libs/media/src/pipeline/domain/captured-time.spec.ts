import { describe, expect, test } from 'vitest';
import { capturedTime } from './captured-time.ts';

const now = new Date('2026-06-01T12:00:00Z');
const local = (text: string) => ({ local: text, offsetMinutes: null, utc: null, source: 'DateTimeOriginal' });
const gps = (date: string, ...time: number[]) => ({ GPSDateStamp: date, GPSTimeStamp: time });

describe('the moment of capture', () => {
  test('is what the file says where it names its zone', () => {
    const time = { local: '2024-05-03T18:02:11', offsetMinutes: 120, utc: '2024-05-03T16:02:11Z', source: 'DateTimeOriginal' };
    expect(capturedTime(time, undefined, now)).toEqual({ at: new Date('2024-05-03T16:02:11Z'), zone: 'file' });
  });

  test('takes its zone from the satellites where the camera wrote only its own clock', () => {
    const found = capturedTime(local('2024-05-03T18:02:11'), gps('2024:05:03', 12, 30, 40), now);
    expect(found).toEqual({ at: new Date('2024-05-03T12:32:11Z'), zone: 'gps' });
  });

  test('crosses midnight with the zone', () => {
    const found = capturedTime(local('2024-05-04T01:00:00'), gps('2024:05:03', 15, 0, 3), now);
    expect(found?.at.toISOString()).toBe('2024-05-03T15:00:00.000Z');
  });

  test('assumes the zone of the appliance where satellites and clock contradict each other', () => {
    expect(capturedTime(local('2024-05-03T18:07:31'), gps('2023:01:01', 12, 0, 0), now)?.zone).toBe('assumed');
    expect(capturedTime(local('2024-05-03T18:07:31'), undefined, now)).toEqual({
      at: new Date(2024, 4, 3, 18, 7, 31),
      zone: 'assumed',
    });
  });

  test.each([
    '1970-01-01T00:00:00',
    '1980-01-01T00:00:13',
    '1904-01-01T00:00:00',
    '2000-01-01T00:00:00',
    '2031-01-01T00:00:00',
    '1700-01-01T00:00:00',
  ])('is unknown where the clock was never set or is impossible: %s', (text) =>
    expect(capturedTime(local(text), undefined, now)).toBeUndefined(),
  );
});
