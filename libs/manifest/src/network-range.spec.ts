import fc from 'fast-check';
import { expect, test } from 'vitest';
import { doOverlap, readNetwork } from './network-range.ts';

const read = (text: string) => {
  const found = readNetwork(text);
  if (!found) throw new Error(`${text} was not taken.`);
  return found;
};

test('networks are read as the addresses from first to last', () => {
  expect(read('192.168.10.0/24')).toEqual({ family: 4, first: 0xc0a80a00n, last: 0xc0a80affn });
  expect(read('10.1.2.3/32')).toEqual({ family: 4, first: 0x0a010203n, last: 0x0a010203n });
  expect(read('0.0.0.0/0')).toEqual({ family: 4, first: 0n, last: 0xffffffffn });
  expect(read('::1/128')).toEqual({ family: 6, first: 1n, last: 1n });
  expect(read('fd00::/8').first).toBe(0xfdn << 120n);
  expect(read('2001:db8:0:1::/64').first).toBe(0x20010db8_00000001n << 64n);
  expect(read('1:2:3:4:5:6:7:8/128').last).toBe(0x00010002000300040005000600070008n);
});

test.each([
  '192.168.10.1/24',
  '192.168.10.0',
  '192.168.10.0/33',
  '192.168.10.0/024',
  '192.168.010.0/24',
  '300.1.1.0/24',
  'fd00::1/8',
  'fd00::/129',
  '::ffff:1.2.3.4/128',
  'localhost/8',
  '10.0.0.0/8 ',
  '',
])('%j is no network', (text) => {
  expect(readNetwork(text)).toBeUndefined();
});

test('two networks overlap exactly if one lies in the other', () => {
  const network = fc.tuple(fc.integer({ min: 0, max: 0xffff }), fc.integer({ min: 16, max: 32 })).map(([low, length]) => {
    const first = (((0x0a00 << 16) | low) >>> (32 - length)) << (32 - length);
    const bytes = [24, 16, 8, 0].map((shift) => (first >>> shift) & 255);
    return `${bytes.join('.')}/${length}`;
  });
  fc.assert(
    fc.property(network, network, (one, other) => {
      const [a, b] = [read(one), read(other)];
      const contains = (outer: typeof a, inner: typeof a) => outer.first <= inner.first && inner.last <= outer.last;
      expect(doOverlap(a, b)).toBe(contains(a, b) || contains(b, a));
      expect(doOverlap(a, b)).toBe(doOverlap(b, a));
    }),
  );
  expect(doOverlap(read('0.0.0.0/0'), read('::/0'))).toBe(false);
});
