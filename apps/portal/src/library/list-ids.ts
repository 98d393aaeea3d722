import { api, ask } from '../api/client.ts';
import type { AssetFilter } from '../api/types.ts';

const pageSize = 500;

interface Stretch {
  /** How many from the start are left out. */
  skip: number;
  count: number;
}

/**
 * The ids of a stretch of a filtered library, newest first, page after page; with what is known so far told after each. What arrives
 * meanwhile at the start does not shift it: pages go on by cursor.
 */
export async function listIds(
  filter: AssetFilter,
  { skip, count }: Stretch,
  onRead: (known: number) => void = () => {},
  signal?: AbortSignal,
): Promise<string[]> {
  const ids: string[] = [];
  let cursor: string | null | undefined;
  while (ids.length < count && cursor !== null) {
    const start = cursor ? { cursor } : skip > 0 ? { skip } : {};
    const query = { ...filter, ...start, limit: Math.min(pageSize, count - ids.length) };
    const page = await ask(api.GET('/api/v1/assets', { params: { query }, ...(signal ? { signal } : {}) }));
    for (const tile of page.items) ids.push(tile.id);
    cursor = page.nextCursor;
    onRead(ids.length);
  }
  return ids;
}
