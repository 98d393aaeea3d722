import { expect, test } from 'vitest';
import { requireConfinement, sandboxLevel } from './sandbox-level.adapter.ts';

test('this machine says how strong its walls are, and why', async () => {
  const level = await sandboxLevel();
  expect(['full', 'reduced']).toContain(level.level);
  expect(level.reason).not.toBe('');
  expect(await requireConfinement()).toBe(level.confinement);
});
