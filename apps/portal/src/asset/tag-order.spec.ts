import { expect, test } from 'vitest';
import type { AssetTag } from '../api/types.ts';
import { orderedTags } from './tag-order.ts';

const tag = (name: string, state: AssetTag['state'], confidence: number | null): AssetTag => ({
  id: name,
  name,
  source: 'model',
  state,
  confidence,
});

test('certain tags come first, then suggestions from sure to unsure, rejected ones last', () => {
  expect(
    orderedTags([
      tag('d', 'rejected', 0.9),
      tag('c', 'suggested', 0.4),
      tag('b', 'suggested', 0.8),
      tag('a', 'confirmed', null),
    ]).map(({ name }) => name),
  ).toEqual(['a', 'b', 'c', 'd']);
});
