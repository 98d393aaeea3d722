import { expect, test } from 'vitest';
import { wavePath } from './wave-path.ts';

test('loud parts are tall, silence is still a line', () => {
  expect(wavePath([255, 0], 10)).toBe('M0.00 0.00h3.10v40.00h-3.10zM5.00 19.50h3.10v1.00h-3.10z');
});

test('a long sound is drawn with as many bars as there is room for, each as loud as its loudest moment', () => {
  const peaks = Array.from({ length: 10_000 }, (_, at) => (at === 5000 ? 255 : 10));
  const path = wavePath(peaks, 400);
  expect(path.split('M').length - 1).toBe(160);
  expect(path).toContain('v40.00');
});
