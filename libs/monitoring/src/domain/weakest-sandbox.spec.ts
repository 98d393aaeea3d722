import { expect, test } from 'vitest';
import { weakestSandbox } from './weakest-sandbox.ts';

test('the walls of the appliance are those of its weakest worker', () => {
  const full = { level: 'full', reason: 'bubblewrap' } as const;
  const reduced = { level: 'reduced', reason: 'unshare' } as const;
  expect(weakestSandbox([full, undefined, reduced, full])).toEqual(reduced);
  expect(weakestSandbox([full])).toEqual(full);
  expect(weakestSandbox([undefined])).toMatchObject({ level: 'none' });
});
