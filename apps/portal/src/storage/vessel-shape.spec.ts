import fc from 'fast-check';
import { expect, test } from 'vitest';
import { layersOf, levelOf, shortInodes, spread } from './vessel-shape.ts';

const bytes = fc.integer({ min: 0, max: 1e13 });

test('the layers of a vessel together are exactly what is used, however the figures contradict each other', () => {
  fc.assert(
    fc.property(bytes, bytes, bytes, bytes, bytes, (totalBytes, freeBytes, originalBytes, renditionBytes, reservedBytes) => {
      const layers = layersOf({ totalBytes, freeBytes, originalBytes, renditionBytes, reservedBytes });
      expect(layers.length > 0).toBe(totalBytes > 0);
      const used = layers.filter(({ name }) => name !== 'moving').reduce((sum, layer) => sum + layer.bytes, 0);
      expect(used).toBe(layers.length > 0 ? Math.max(0, totalBytes - freeBytes) : 0);
      for (const layer of layers) {
        expect(layer.bytes).toBeGreaterThanOrEqual(0);
        expect(layer.from + layer.share).toBeLessThanOrEqual(1 + 1e-9);
      }
    }),
  );
});

test('a tier that cannot be measured has no layers and no level', () => {
  const away = { totalBytes: null, freeBytes: null, originalBytes: 5, renditionBytes: 0, reservedBytes: 0 };
  expect(layersOf(away)).toEqual([]);
  expect(levelOf({ usedPercent: null, lowPercent: 75, highPercent: 85, criticalPercent: 92 })).toBe('unknown');
});

test('a mark belongs to the level above it', () => {
  const at = (usedPercent: number) => levelOf({ usedPercent, lowPercent: 75, highPercent: 85, criticalPercent: 92 });
  expect([74.9, 75, 85, 92].map(at)).toEqual(['low', 'between', 'high', 'critical']);
});

test('labels keep their order and their distance, and stay where there is room', () => {
  expect(spread([10, 40, 90], 12, 0, 100)).toEqual([10, 40, 90]);
  fc.assert(
    fc.property(fc.array(fc.integer({ min: -20, max: 220 }), { maxLength: 6 }), (places) => {
      const moved = spread(places, 14, 0, 200);
      const order = places.map((_, index) => index).sort((a, b) => (places[a] ?? 0) - (places[b] ?? 0) || a - b);
      for (const [at, index] of order.entries()) {
        expect(moved[index]).toBeGreaterThanOrEqual(0);
        expect(moved[index]).toBeLessThanOrEqual(200);
        const below = order[at - 1];
        if (below !== undefined) expect((moved[index] ?? 0) - (moved[below] ?? 0)).toBeGreaterThanOrEqual(14);
      }
    }),
  );
});

test('inodes are spoken of when they are short, and where there are any', () => {
  expect(shortInodes({ totalInodes: 1000, freeInodes: 99 })).toBeCloseTo(0.099);
  expect(shortInodes({ totalInodes: 1000, freeInodes: 100 })).toBeUndefined();
  expect(shortInodes({ totalInodes: 0, freeInodes: 0 })).toBeUndefined();
  expect(shortInodes({ totalInodes: null, freeInodes: null })).toBeUndefined();
});
