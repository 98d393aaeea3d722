import { expect, test } from 'vitest';
import { grantedMb, memoryMb } from './model-memory.ts';

const weighing = (megabytes: number, declared?: number) => ({
  files: [{ path: 'model.onnx', bytes: megabytes * 1_048_576, sha256: '' }],
  ...(declared !== undefined && { memoryMb: declared }),
});

test('a process gets room for the weights twice and a batch, unless the model says what it needs', () => {
  expect(memoryMb(weighing(100))).toBe(1324);
  expect(memoryMb(weighing(100, 600))).toBe(600);
});

test('where there is less, what is only assumed shrinks; what is declared does not', () => {
  expect(grantedMb(weighing(100), 4000)).toBe(1324);
  expect(grantedMb(weighing(100), 500)).toBe(500);
  expect(grantedMb(weighing(100), 400)).toBeUndefined();
  expect(grantedMb(weighing(100, 600), 500)).toBeUndefined();
});
