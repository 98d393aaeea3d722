import fc from 'fast-check';
import { expect, it } from 'vitest';
import { formatCpuMask, parseCpuMask } from './cpu-mask.ts';

it('reads and writes masks as the kernel does', () => {
  expect(parseCpuMask('00000000,ffffffff\n')).toEqual(Array.from({ length: 32 }, (_, cpu) => cpu));
  expect(formatCpuMask([0, 31, 32, 70])).toBe('40,00000001,80000001');
  expect(() => parseCpuMask('0-3')).toThrow('no mask of CPUs');
});

it('reads what it wrote', () => {
  const cpus = fc.uniqueArray(fc.nat(4095)).map((all) => all.sort((a, b) => a - b));
  fc.assert(
    fc.property(cpus, (all) => {
      expect(parseCpuMask(formatCpuMask(all))).toEqual(all);
    }),
  );
});
