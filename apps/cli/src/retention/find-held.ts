import type { INestApplicationContext } from '@nestjs/common';
import { HoldfastError } from '#kernel';

const mostAtOnce = 1000;

/** What a hold is to stand on, as the command line says it: a collection, or assets in batches. Throws HOLD_TARGET_NEEDED. */
export async function findHeld(
  app: INestApplicationContext,
  { asset, collection, search }: Record<string, unknown>,
): Promise<{ collectionId: string | undefined; batches: string[][] }> {
  const given = [asset, collection, search].filter((value) => value !== undefined);
  if (given.length !== 1) throw targetNeeded();
  if (typeof collection === 'string') {
    const { ExportService } = await import('#media');
    return { collectionId: await app.get(ExportService).idOf('collection', collection), batches: [] };
  }
  const ids = Array.isArray(asset) ? asset.map(String) : await searchAll(app, String(search));
  const batches = Array.from({ length: Math.ceil(ids.length / mostAtOnce) }, (_, index) =>
    ids.slice(index * mostAtOnce, (index + 1) * mostAtOnce),
  );
  return { collectionId: undefined, batches };
}

async function searchAll(app: INestApplicationContext, text: string): Promise<string[]> {
  const [{ parseInput }, { searchAssets, SearchService }] = await Promise.all([import('#kernel'), import('#search')]);
  const ids: string[] = [];
  let cursor: string | undefined;
  do {
    const body = { text, limit: 200, facets: false, remember: false, cursor };
    const request = parseInput(searchAssets, { params: {}, query: {}, body }).body;
    const found = await app.get(SearchService).search(request as Parameters<InstanceType<typeof SearchService>['search']>[0]);
    ids.push(...found.hits.map(({ id }) => id));
    cursor = found.nextCursor ?? undefined;
  } while (cursor);
  return ids;
}

function targetNeeded(): HoldfastError {
  return new HoldfastError('HOLD_TARGET_NEEDED', {
    kind: 'invalid',
    message: 'A hold stands on assets, a collection or what a search finds: one of them.',
    action: 'Give --asset IDS, --collection NAME or --search TEXT.',
  });
}
