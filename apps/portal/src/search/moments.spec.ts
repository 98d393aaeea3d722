import { expect, test } from 'vitest';
import type { SearchReason } from '../api/types.ts';
import { momentsOf } from './moments.ts';

const reason = (atSeconds: number | null): SearchReason => ({ kind: 'speech', text: '', excerpt: null, atSeconds, page: null });

test('moments come in the order of time, each once', () => {
  expect(momentsOf([reason(41), reason(null), reason(3), reason(41)]).map((moment) => moment.atSeconds)).toEqual([3, 41]);
});
