import { beforeEach, expect, test, vi } from 'vitest';
import type { Tile } from '../api/types.ts';
import { LibraryData } from './library-data.ts';

const key = '2024-05';
let asked: { skip: number; cursor: string | null; limit: number }[];
let size: number;

/** A month of `size` assets, answered page by page as the API does. */
vi.mock('../api/client.ts', () => ({
  ask: (answer: unknown) => answer,
  api: {
    GET: async (_path: string, { params }: { params: { query: { skip?: number; cursor?: string; limit: number } } }) => {
      const { skip = 0, cursor = null, limit } = params.query;
      asked.push({ skip, cursor, limit });
      const first = cursor === null ? skip : Number(cursor);
      const last = Math.min(size, first + limit);
      const items = Array.from({ length: last - first }, (_, index) => ({
        id: `${first + index}`,
        aspectRatio: 1,
        version: 1,
      }));
      return { items, nextCursor: last < size ? String(last) : null };
    },
  },
}));

beforeEach(() => {
  asked = [];
  size = 20_000;
});

function library(count: number): LibraryData {
  const data = new LibraryData({});
  data.setTimeline({ total: count, months: [{ month: key, count }] });
  return data;
}

test('a jump into the middle of a full month reads what is looked at, and nothing before it', async () => {
  const data = library(20_000);
  await data.want(key, 10_020, 10_060);
  expect(asked).toEqual([{ skip: 10_000, cursor: null, limit: 250 }]);
  expect(data.tileAt(10_050)?.id).toBe('10050');
  expect(data.tileAt(9_999)).toBeUndefined();
  expect(data.indexOf('10050')).toBe(10_050);
});

test('from there it goes on by cursor, up to where the next stretch begins', async () => {
  const data = library(20_000);
  await data.want(key, 10_000, 10_600);
  expect(asked.map(({ skip, cursor, limit }) => [skip, cursor, limit])).toEqual([
    [10_000, null, 250],
    [0, '10250', 250],
    [10_500, null, 250],
  ]);
});

test('what is taken out closes up, also before what was read further down', async () => {
  const data = library(20_000);
  await data.want(key, 0, 50);
  await data.want(key, 10_000, 10_050);
  data.remove(new Set(['3', '4']));
  expect(data.total).toBe(19_998);
  expect(data.indexOf('10000')).toBe(9_998);
  expect(data.tileAt(3)?.id).toBe('5');
});

test('a month that is smaller than the timeline said ends where its last page does', async () => {
  const data = library(700);
  size = 620;
  await data.want(key, 600, 700);
  expect([data.total, data.months[0]?.count]).toEqual([620, 620]);
});

test('an answer that comes after its month has gone counts for nothing', async () => {
  const data = library(700);
  const wanted = data.want(key, 0, 50);
  size = 0;
  data.setTimeline({ total: 0, months: [] });
  await wanted;
  expect(data.total).toBe(0);
});

test('the same asset is asked for once, however often it is wanted', async () => {
  const data = library(20_000);
  const tiles: (Tile | undefined)[] = await Promise.all([data.loadTileAt(5000), data.loadTileAt(5001), data.loadTileAt(5000)]);
  expect(tiles.map((tile) => tile?.id)).toEqual(['5000', '5001', '5000']);
  expect(asked).toHaveLength(1);
});
