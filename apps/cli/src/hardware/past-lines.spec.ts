import { expect, test } from 'vitest';
import { pastLines, readSpan, spark } from './past-lines.ts';

test('a span of time is minutes, hours, days or weeks', () => {
  expect(['90m', '6h', '1d', '4w'].map(readSpan)).toEqual([5400, 21_600, 86_400, 2_419_200]);
  for (const wrong of ['', '0h', '1y', '-1d', undefined]) expect(() => readSpan(wrong)).toThrow(/no span of time/);
});

test('a line is drawn between nothing and the most, with a space where nothing was measured', () => {
  expect(spark([0, 50, null, 100], 100)).toBe('▁▅ █');
  expect(spark([0, 0], 0)).toBe('▁▁');
});

test('each line says what it is of, how it went, and its least, mean, most and last', () => {
  const at = (minute: number) => new Date(minute * 60_000).toISOString();
  const line = (slice: string, values: number[]) => ({
    labels: { slice },
    points: values.map((value, minute) => ({ at: at(minute), value })),
  });
  const past = {
    metric: 'slices.cpu',
    unit: 'percent',
    stepSeconds: 60,
    lines: [line('video', [80, 0]), line('api', [20, 40, 30])],
  };
  expect(pastLines(past, 0, 120_000)).toEqual([
    'of     how it went  least  mean  most  last',
    'api    ▃▅▄          20 %   30 %  40 %  30 %',
    'video  █▁           0 %    40 %  80 %  0 %',
  ]);
});
