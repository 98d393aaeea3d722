import { expect, test } from 'vitest';
import { toVectors } from './vectors.ts';

const two = { dimensions: 2, normalise: false };

test('pooling by mean leaves padding out', () => {
  const output = { data: Float32Array.of(1, 2, 3, 4, 99, 99), dims: [1, 3, 2] };
  expect([...toVectors(output, 1, { ...two, pooling: 'mean' }, [[1, 1, 0]])]).toEqual([2, 3]);
});

test('pooling by first row takes the first row of each item', () => {
  const output = { data: Float32Array.of(1, 2, 0, 0, 3, 4, 0, 0), dims: [2, 2, 2] };
  expect([...toVectors(output, 2, { ...two, pooling: 'cls' })]).toEqual([1, 2, 3, 4]);
});

test('vectors are scaled to length 1 where the manifest says so', () => {
  const output = { data: Float32Array.of(3, 4), dims: [1, 2] };
  const vector = toVectors(output, 1, { dimensions: 2, pooling: 'none', normalise: true });
  expect(vector[0]).toBeCloseTo(0.6);
  expect(vector[1]).toBeCloseTo(0.8);
});

test.each([
  ['another length', { data: new Float32Array(3).fill(1), dims: [1, 3] }, 'MODEL_DIMENSIONS_MISMATCH'],
  ['another number of items', { data: new Float32Array(4).fill(1), dims: [2, 2] }, 'MODEL_DIMENSIONS_MISMATCH'],
  ['what is no number', { data: Float32Array.of(Number.NaN, 1), dims: [1, 2] }, 'MODEL_OUTPUT_INVALID'],
  ['only zeros', { data: new Float32Array(2), dims: [1, 2] }, 'MODEL_OUTPUT_INVALID'],
])('an answer of %s is refused', (_, output, code) => {
  expect(() => toVectors(output, 1, { ...two, pooling: 'none' })).toThrow(expect.objectContaining({ code }));
});
