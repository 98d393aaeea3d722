import fc from 'fast-check';
import { expect, test } from 'vitest';
import { divideText, readPart, type TextPlace, type TextSegmentRow } from './text-parts.ts';

const place: TextPlace = { assetId: '0190f3a1-0000-7000-8000-000000000001', source: 'speech' };

const segments = fc.uniqueArray(fc.nat(5000), { maxLength: 60 }).chain((positions) =>
  fc.tuple(
    ...positions.map((position) =>
      fc.record({
        position: fc.constant(position),
        text: fc.string({ unit: 'binary', maxLength: 3000 }),
        words: fc.array(fc.record({ text: fc.string({ unit: 'binary' }), confidence: fc.constant(null) }), { maxLength: 5 }),
      }),
    ),
  ),
) as fc.Arbitrary<TextSegmentRow[]>;

const sound = (text: string) => text.toWellFormed().replaceAll('\0', '');

test('what was divided is read again: each segment in the part that begins at or before it, and in no other', () => {
  fc.assert(
    fc.property(segments, (given) => {
      const parts = divideText(place, given);
      expect(parts.map(({ firstPosition }) => firstPosition)).toEqual(
        parts.map(({ firstPosition }) => firstPosition).sort((left, right) => left - right),
      );
      for (const { position, text, words = [] } of given) {
        const holding = parts.filter(({ json }) => readPart(place, json)?.has(position));
        expect(holding).toEqual([parts.findLast(({ firstPosition }) => firstPosition <= position)]);
        const said = readPart(place, holding[0]?.json ?? '')?.get(position);
        expect(said).toEqual({
          ...{ position, text: sound(text) },
          words: words.map((word) => ({ ...word, text: sound(word.text) })),
        });
      }
    }),
    { numRuns: 60 },
  );
});

test('parts are small, except where one segment is large by itself', () => {
  const given = [200, 40_000, 200, 9000, 9000].map((length, position) => ({ position, text: 'x'.repeat(length) }));
  expect(divideText(place, given).map(({ firstPosition }) => firstPosition)).toEqual([0, 1, 2, 4]);
  expect(divideText(place, [])).toEqual([]);
});

test('a part is not taken for another asset’s or source’s', () => {
  const [part] = divideText(place, [{ position: 0, text: 'x' }]);
  expect(readPart({ ...place, source: 'ocr' }, part?.json ?? '')).toBeUndefined();
  expect(readPart({ ...place, assetId: '0190f3a1-0000-7000-8000-000000000002' }, part?.json ?? '')).toBeUndefined();
});
